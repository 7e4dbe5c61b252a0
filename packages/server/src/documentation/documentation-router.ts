import express, { type Response, type Router } from "express";
import { openApiDocument, type OpenApiOptions } from "@persisto/contract/http";
import packageJson from "../../package.json" with { type: "json" };
import { setRouteTemplate } from "../request-log.js";
// oxlint-disable-next-line import/default -- its text, see page-text.d.ts
import script from "./page.browser.js";
import style from "./page.css";
import page from "./page.html";

/** The page loads its own parts and the document, nothing else, and nothing may hold it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** `/openapi.json`, and `/docs`, the page that shows it. Neither asks for a key: they say what is public anyway. */
export function documentationRouter(options: Omit<OpenApiOptions, "version"> = {}): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  let document: string | undefined;
  const files: Record<string, { type: string; text: () => string }> = {
    // Made when it is first asked for: most processes are never.
    "/openapi.json": {
      type: "application/json",
      text: () => (document ??= JSON.stringify(openApiDocument({ version: packageJson.version, ...options }))),
    },
    "/docs": { type: "text/html", text: () => page },
    "/docs/page.css": { type: "text/css", text: () => style },
    "/docs/page.js": { type: "text/javascript", text: () => script },
  };
  for (const [path, { type, text }] of Object.entries(files)) {
    router.get(path, (_request, response) => {
      setRouteTemplate(response, path);
      send(response, type, text());
    });
  }
  return router;
}

function send(response: Response, type: string, text: string): void {
  response.setHeader("Content-Security-Policy", contentSecurityPolicy);
  response.setHeader("Referrer-Policy", "no-referrer");
  response.setHeader("Content-Type", `${type}; charset=utf-8`);
  response.setHeader("Content-Length", Buffer.byteLength(text));
  response.end(text);
}
