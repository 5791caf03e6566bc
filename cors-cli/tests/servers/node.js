// Recipes for Node.js and for Express as people copy them, each below a path of its own. Prints the two
// ports, and ends when standard input does.
"use strict";
const http = require("node:http");

const PAGE = "https://app.example";

function json(response, status, headers = {}) {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end('{"jobs":[]}');
}

// ---- node:http ----

const plain = {
    // No header at all.
    none: (request, response) => json(response, 200),
    // The header is set, and OPTIONS is not thought of.
    "no-options": (request, response) => {
        response.setHeader("Access-Control-Allow-Origin", "*");
        if (request.method === "GET" || request.method === "PUT") {
            return json(response, 200);
        }
        json(response, 404);
    },
    // All origins in one header.
    several: (request, response) =>
        json(response, 200, { "Access-Control-Allow-Origin": `${PAGE}, https://admin.example` }),
    // An origin as it is copied from the address bar.
    slash: (request, response) =>
        json(response, 200, { "Access-Control-Allow-Origin": `${PAGE}/` }),
    // A pattern.
    subdomains: (request, response) =>
        json(response, 200, { "Access-Control-Allow-Origin": "https://*.example" }),
    // Without the scheme.
    host: (request, response) =>
        json(response, 200, { "Access-Control-Allow-Origin": "app.example" }),
    // The list of methods has no PUT.
    methods: (request, response) => {
        response.setHeader("Access-Control-Allow-Origin", PAGE);
        response.setHeader("Access-Control-Allow-Methods", "GET, POST");
        response.setHeader("Access-Control-Allow-Headers", "Content-Type");
        if (request.method === "OPTIONS") {
            response.writeHead(204);
            return response.end();
        }
        json(response, 200);
    },
    // Errors take another way than the headers.
    crash: (request, response) => {
        try {
            throw new Error("no database");
        } catch {
            json(response, 500);
        }
    },
    // The header of requests is set on responses, and that of responses is forgotten.
    "request-header": (request, response) =>
        json(response, 200, { Origin: PAGE, "Access-Control-Request-Method": "*" }),
    // Quotes around the value.
    quoted: (request, response) =>
        json(response, 200, { "Access-Control-Allow-Origin": '"*"' }),
};

// ---- Express ----

function recipes(express, cors) {
    const jobs = (request, response) => response.json({ jobs: [] });
    const recipe = (build) => {
        const app = express();
        build(app);
        return app;
    };
    return {
        // `app.use(cors())` with a page that sends cookies.
        wildcard: recipe((app) => {
            app.use(cors());
            app.get("/", jobs);
        }),
        // The middleware is on the route, and OPTIONS is another route.
        "no-options": recipe((app) => {
            app.put("/", cors(), jobs);
        }),
        // The middleware comes after the routes.
        late: recipe((app) => {
            app.get("/", jobs);
            app.use(cors());
        }),
        // The login comes before the middleware, and a preflight has no token.
        login: recipe((app) => {
            app.use((request, response, next) => {
                if (!request.headers.authorization) {
                    return response.status(401).json({ error: "log in" });
                }
                next();
            });
            app.use(cors({ origin: PAGE }));
            app.get("/", jobs);
        }),
        // The header of the token is not in the list.
        headers: recipe((app) => {
            app.use(cors({ origin: PAGE, allowedHeaders: ["Content-Type"] }));
            app.get("/", jobs);
        }),
        // The function of the documentation throws an error for origins that are not listed.
        throws: recipe((app) => {
            const allowed = ["http://localhost:3000"];
            app.use(
                cors({
                    origin: (origin, callback) => {
                        if (allowed.includes(origin) || !origin) {
                            callback(null, true);
                        } else {
                            callback(new Error("Not allowed by CORS"));
                        }
                    },
                }),
            );
            app.get("/", jobs);
        }),
        // A redirect before the middleware, such as to another path of the API.
        moved: recipe((app) => {
            app.use((request, response, next) => {
                if (request.path === "/") {
                    return response.redirect(308, `${request.baseUrl}/v2`);
                }
                next();
            });
            app.use(cors());
            app.put("/v2", jobs);
        }),
        // The origin is that of the development server.
        development: recipe((app) => {
            app.use(cors({ origin: "http://localhost:5173" }));
            app.get("/", jobs);
        }),
        // `credentials` is not set.
        cookies: recipe((app) => {
            app.use(cors({ origin: PAGE }));
            app.get("/", jobs);
        }),
        // Everything is right.
        right: recipe((app) => {
            app.use(cors({ origin: PAGE, credentials: true }));
            app.get("/", jobs);
            app.put("/", jobs);
        }),
    };
}

function express() {
    try {
        const express = require("express");
        const app = express();
        for (const [name, recipe] of Object.entries(recipes(express, require("cors")))) {
            app.use(`/${name}`, recipe);
        }
        // Express prints errors unless it is told not to.
        app.set("env", "test");
        return app;
    } catch {
        // The packages are not installed.
        return null;
    }
}

function listen(handler) {
    const server = http.createServer(handler);
    return new Promise((resolve) => {
        server.listen(0, "127.0.0.1", () => resolve(server.address().port));
    });
}

async function main() {
    const app = express();
    const ports = {
        node: await listen((request, response) => {
            const recipe = plain[request.url.split("/")[1]];
            return recipe ? recipe(request, response) : json(response, 404);
        }),
    };
    if (app) {
        ports.express = await listen(app);
    }
    console.log(JSON.stringify(ports));
    process.stdin.resume();
    process.stdin.on("end", () => process.exit(0));
}

main();
