// A development server as front ends have them: it serves the page, and forwards `/api` to the API
// whose URL is its first argument; the second is `changeOrigin`. It prints its own URL, and ends
// when its stdin does.

import { createServer } from "node:http";
import { createProxyMiddleware } from "http-proxy-middleware";

const [target, changeOrigin] = process.argv.slice(2);

const forward = createProxyMiddleware({
  target,
  changeOrigin: JSON.parse(changeOrigin), // `Host`, that is; `Origin` stays the page's.
  pathFilter: "/api",
  pathRewrite: { "^/api": "" },
});

const server = createServer((request, response) =>
  forward(request, response, () => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><link rel=icon href=data:,><title>development</title>");
  }),
);

server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.resume().on("end", () => process.exit());
