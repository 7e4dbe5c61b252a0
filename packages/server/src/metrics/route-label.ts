import { administrationRoutes, routes } from "@persisto/contract";
import { mcpPath } from "../mcp/mcp-path.js";

const memoryPaths = new Set<string>(Object.values(routes).map(({ path }) => path));
const administrationPaths = new Set<string>(Object.values(administrationRoutes).map(({ path }) => path));
const methods: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);

/** By what a request is counted. */
export interface RouteLabel {
  route: string;
  method: string;
}

/**
 * The route template and method of a request, from a list that cannot grow: each of them is up to 24 series. What is
 * asked rarely is counted together: administration, and as `other` health, documentation, /metrics and what nobody serves.
 */
export function routeLabel(template: string | undefined, method: string): RouteLabel {
  // Its other methods are only ever refused.
  const route = template === mcpPath && method === "POST" ? mcpPath : groupOf(template);
  return { route, method: route !== "other" && methods.has(method) ? method : "other" };
}

function groupOf(template: string | undefined): string {
  if (template === undefined) return "other";
  if (memoryPaths.has(template)) return template;
  return administrationPaths.has(template) ? "administration" : "other";
}
