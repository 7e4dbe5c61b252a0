import { PersistoClient } from "@persisto/client";
import { isPersistoError } from "@persisto/contract";
import { find, type Finding } from "./finding.js";

const timeoutMs = 10_000;

/** Whether a server is there, can work, and takes the key. */
export async function checkServer({ url, apiKey }: { url: string; apiKey: string }): Promise<Finding[]> {
  const base = url.replace(/\/+$/, "").replace(/\/v1$/, "");
  const reachable = await find("server", async () => {
    await ask(`${base}/healthz`);
    return `${base} answers.`;
  });
  if (reachable.state === "failed") return [reachable];
  const ready = await find("its database", async () => {
    await ask(`${base}/readyz`);
    return "The server is ready.";
  });
  const key = await find("API key", async () => {
    try {
      const namespaces = await new PersistoClient({ baseUrl: url, apiKey, maxRetries: 0 }).listNamespaces();
      return `It works, and sees ${namespaces.length} namespaces.`;
    } catch (error) {
      // Then it is an operator's, or one that may do other things.
      if (isPersistoError(error) && error.code === "forbidden") return `It may not read memories: ${error.message}`;
      throw error;
    }
  });
  return [reachable, ready, key];
}

async function ask(address: string): Promise<void> {
  let response: Response;
  try {
    response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) });
  } catch (cause) {
    throw new Error(`Nobody answers at ${address}; start it with persisto serve, or correct --url.`, { cause });
  }
  if (response.ok) return;
  throw new Error(
    response.status === 503
      ? `${address} says it is not ready: its database is away, see the server's log.`
      : `${address} answered ${response.status}; is it the address of a Persisto server?`,
  );
}
