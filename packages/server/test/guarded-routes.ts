import { createApp } from "../src/create-app.js";
import { createMetrics } from "../src/metrics/metrics.js";

/** What tells whether the server is there. */
export const healthPaths = ["/healthz", "/livez", "/readyz"] as const;

/** What needs no credential. */
const openPaths: ReadonlySet<string> = new Set([
  ...healthPaths,
  "/openapi.json",
  "/docs",
  "/docs/page.css",
  "/docs/page.js",
]);

interface Layer {
  route?: { path: string | string[]; stack: { method: string }[] };
  handle: { stack?: Layer[] };
  /** Whether the layer takes a path; of a router that is mounted, its prefix. */
  matchers?: ((path: string) => unknown)[];
  slash?: boolean;
}

/** Every method and path that the app has a handler for, read from its routers: a new route cannot be left out. */
function routesOf(stack: readonly Layer[], prefix = ""): { method: string; path: string }[] {
  return stack.flatMap((layer) => {
    const { route, handle } = layer;
    if (!route) return handle.stack ? routesOf(handle.stack, isMounted(layer) ? "/v1" : "") : [];
    const methods = route.stack.map(({ method }) => method.toUpperCase());
    return [route.path].flat().flatMap((path) => methods.map((method) => ({ method, path: prefix + path })));
  });
}

/** Whether the layer's router is under /v1: there is no other prefix. */
function isMounted({ slash, matchers }: Layer): boolean {
  return slash !== true && matchers?.some((matches) => Boolean(matches("/v1"))) === true;
}

const app = createApp({
  authenticate: () => Promise.reject(new Error("not called")),
  ready: async () => {},
  metrics: createMetrics({ version: "test" }),
});

/** Every route that needs a credential, once with each prefix it is served under. */
export const guardedRoutes = routesOf(app.router.stack as unknown as Layer[]).filter(
  ({ path }) => !openPaths.has(path.replace(/^\/v1/, "")),
);
