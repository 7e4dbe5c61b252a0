import { administrationRoutes, routes } from "@persisto/contract";

const memoryPaths = new Set<string>(Object.values(routes).map(({ path }) => path));
const administrationPaths = new Set<string>(Object.values(administrationRoutes).map(({ path }) => path));
const methods: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);

/** By what a request is counted. */
export interface RouteLabel {
  route: string;
  method: string;
}

/**
 * The route template and method of a request, from a list that cannot grow: each of them is up to 16 series. What is
 * asked rarely is counted together, and a path or method that nobody serves is no name at all.
 */
export function routeLabel(template: string | undefined, method: string): RouteLabel {
  const route = groupOf(template);
  if (route === "unknown") return { route, method: "other" };
  // Answered as a GET without its body.
  if (method === "HEAD") return { route, method: "GET" };
  return { route, method: methods.has(method) ? method : "other" };
}

function groupOf(template: string | undefined): string {
  if (template === undefined) return "unknown";
  if (memoryPaths.has(template) || template === "/metrics") return template;
  if (administrationPaths.has(template)) return "administration";
  if (/^\/(docs|openapi)/.test(template)) return "documentation";
  return /^\/(healthz|livez|readyz)$/.test(template) ? "health" : "other";
}
