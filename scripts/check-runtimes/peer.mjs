import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const html = `<!doctype html>
<script type="importmap">{ "imports": { "@persisto/client": "/files/node_modules/@persisto/client/dist/index.js" } }</script>
<script type="module" src="/files/page.mjs"></script>`;

/**
 * What the client talks to besides Persisto: places that answer badly and count who came, and files for a browser.
 *
 * @param {{ folder: string }} where the files are
 */
export async function startPeer({ folder }) {
  /** @type {Map<string, { key: string | null }[]>} */
  const seen = new Map();
  /** @type {(outcomes: unknown) => void} */
  let report = () => {};

  /** @type {Record<string, (response: import("node:http").ServerResponse, times: number) => void>} */
  const places = {
    "too-many": (response) => send(response, { code: "rate_limited" }, 429, { "Retry-After": "7" }),
    moved: (response) => void response.writeHead(302, { Location: "/elsewhere" }).end(),
    "busy-once": (response, times) => (times > 1 ? done(response) : busy(response, 1)),
    "busy-twice": (response, times) => (times > 2 ? done(response) : busy(response, 0)),
    "busy-a": (response) => busy(response, 30),
    "hangs-up-once": (response, times) => void (times > 1 ? done(response) : response.destroy()),
    "hangs-up": (response) => void response.destroy(),
    silent: () => {},
    "silent-a": () => {},
    half: (response) => void response.writeHead(200, { "Content-Type": "application/json" }).write('{"memories":'),
    "half-a": (response) => void response.writeHead(200, { "Content-Type": "application/json" }).write('{"memories":'),
  };

  /** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
  async function handle(request, response) {
    const url = new URL(request.url ?? "/", "http://peer");
    const [, first = "", ...rest] = url.pathname.split("/");
    if (first === "") return void response.writeHead(200, { "Content-Type": "text/html" }).end(html);
    if (first === "favicon.ico") return void response.writeHead(204).end();
    if (first === "seen") return send(response, seen.get(url.searchParams.get("place") ?? "") ?? []);
    if (first === "files") {
      const body = await readFile(join(folder, ...rest));
      return void response.writeHead(200, { "Content-Type": "text/javascript" }).end(body);
    }
    if (first === "report") {
      report(JSON.parse(await text(request)));
      return send(response, {});
    }
    const visits = seen.get(first) ?? [];
    visits.push({ key: request.headers["idempotency-key"]?.toString() ?? null });
    seen.set(first, visits);
    await text(request);
    return places[first]?.(response, visits.length);
  }

  const listener = createServer((request, response) => void handle(request, response));
  await new Promise((resolve) => listener.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (listener.address());
  return {
    url: `http://127.0.0.1:${port}`,
    /** Forgets who came. */
    reset: () => seen.clear(),
    /** @returns {Promise<unknown>} what a page will report */
    nextReport: () => new Promise((resolve) => (report = resolve)),
    stop: () => {
      listener.close();
      listener.closeAllConnections();
    },
  };
}

/** @param {import("node:http").ServerResponse} response @param {number} seconds */
function busy(response, seconds) {
  send(response, { code: "unavailable", detail: "Busy." }, 503, { "Retry-After": String(seconds) });
}

/** @param {import("node:http").ServerResponse} response */
function done(response) {
  send(response, { count: 1, memories: [], next_cursor: null });
}

/** @param {import("node:http").ServerResponse} response @param {object} body @param {number} [status] @param {Record<string, string>} [headers] */
function send(response, body, status = 200, headers = {}) {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** @param {import("node:http").IncomingMessage} request */
async function text(request) {
  let all = "";
  for await (const chunk of request) all += chunk;
  return all;
}
