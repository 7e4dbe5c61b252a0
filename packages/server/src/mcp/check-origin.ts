import type { IncomingHttpHeaders } from "node:http";
import { PersistoAuthError } from "@persisto/contract";

/** Names of this machine, which no name server is asked for; a name that one answers may point here, too (DNS rebinding). */
const ownNames: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Refuses what a web page sends, unless the page and the address that it sends to are of this machine: browsers name the page in
 * `Origin`, and no other client does. @throws PersistoAuthError forbidden.
 */
export function checkOrigin({ origin, host }: Pick<IncomingHttpHeaders, "origin" | "host">): void {
  if (origin === undefined) return;
  if (ownNames.has(hostnameOf(origin)) && ownNames.has(hostnameOf(`http://${host}`))) return;
  throw new PersistoAuthError("Web pages of other machines may not use MCP here.", { code: "forbidden" });
}

/** Empty for what is no address of the web, such as the `null` of a page without an origin. */
function hostnameOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed?.protocol === "http:" || parsed?.protocol === "https:" ? parsed.hostname : "";
}
