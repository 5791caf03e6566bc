"""Recipes for Python as people copy them, each below a path of its own.

Prints the ports, and ends when standard input does.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PAGE = "https://app.example"


class Plain(BaseHTTPRequestHandler):
    """The recipe of the standard library: a header in `do_GET`, and no `do_OPTIONS`."""

    def do_GET(self):
        self.send_response(200)
        if self.path.startswith("/header"):
            self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def flask_recipes():
    from flask import Flask, jsonify
    from flask_cors import CORS
    from werkzeug.middleware.dispatcher import DispatcherMiddleware
    from werkzeug.serving import WSGIRequestHandler, make_server

    def recipe(**options):
        app = Flask(__name__)
        if options:
            CORS(app, **options)

        @app.route("/jobs", methods=["GET", "PUT"])
        def jobs():
            return jsonify(jobs=[])

        @app.route("/crash")
        def crash():
            raise RuntimeError("no database")

        app.logger.disabled = True
        return app

    recipes = {
        # Flask itself responds to OPTIONS.
        "/none": recipe(),
        # The pattern is of other paths.
        "/resources": recipe(resources={r"/api/*": {"origins": "*"}}),
        # The origin has the path of the page.
        "/path": recipe(origins=[PAGE + "/login"]),
        # The default has no credentials.
        "/default": recipe(origins="*"),
        # The header of the token is not in the list.
        "/headers": recipe(origins=[PAGE], allow_headers=["Content-Type"]),
    }

    class Quiet(WSGIRequestHandler):
        def log(self, *_):
            pass

    app = DispatcherMiddleware(Flask(__name__), recipes)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def fastapi_recipes():
    import asyncio
    import socket

    import uvicorn
    from fastapi import FastAPI, Request
    from fastapi.middleware.cors import CORSMiddleware

    def recipe(before=None, **options):
        app = FastAPI()
        if options:
            app.add_middleware(CORSMiddleware, **options)
        if before:
            app.middleware("http")(before)

        @app.get("/jobs")
        @app.put("/jobs")
        def jobs():
            return {"jobs": []}

        @app.get("/crash")
        def crash():
            raise RuntimeError("no database")

        return app

    async def login(request: Request, call_next):
        from fastapi.responses import JSONResponse

        if "authorization" not in request.headers:
            return JSONResponse({"detail": "Not authenticated"}, status_code=403)
        return await call_next(request)

    everything = {"allow_methods": ["*"], "allow_headers": ["*"]}
    recipes = {
        # No middleware: OPTIONS is a method that the path lacks.
        "/none": recipe(),
        # An origin as it is copied from the address bar.
        "/slash": recipe(allow_origins=[PAGE + "/"], **everything),
        # `allow_methods` is GET by default.
        "/methods": recipe(allow_origins=[PAGE], allow_headers=["*"]),
        # `allow_headers` is empty by default.
        "/headers": recipe(allow_origins=[PAGE], allow_methods=["*"]),
        # An exception takes the way around the middleware.
        "/crash": recipe(allow_origins=[PAGE], **everything),
        # The login is outside of the middleware.
        "/login": recipe(before=login, allow_origins=[PAGE], **everything),
        # Everything is right.
        "/right": recipe(allow_origins=[PAGE], allow_credentials=True, **everything),
    }
    app = FastAPI()
    for path, recipe_app in recipes.items():
        app.mount(path, recipe_app)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    config = uvicorn.Config(app, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    run = lambda: asyncio.run(server.serve(sockets=[listener]))
    Thread(target=run, daemon=True).start()
    return listener.getsockname()[1]


def main():
    plain = ThreadingHTTPServer(("127.0.0.1", 0), Plain)
    Thread(target=plain.serve_forever, daemon=True).start()
    ports = {"python": plain.server_port}
    for name, start in [("flask", flask_recipes), ("fastapi", fastapi_recipes)]:
        try:
            ports[name] = start()
        except ImportError:
            # The packages are not installed.
            pass
    print(json.dumps(ports), flush=True)
    sys.stdin.read()


main()
