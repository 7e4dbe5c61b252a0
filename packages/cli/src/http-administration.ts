import { administrationRoutes, fromProblem, fromWire, PersistoError, snakeCase, toWire } from "@persisto/contract";
import type { AdministrationPart } from "./connection.js";

type Verb = keyof AdministrationPart;

const timeoutMs = 60_000;

/** Administration over the routes of a server's `/v1`. @throws PersistoError as the server threw it, unavailable without an answer. */
export function httpAdministration({ url, apiKey }: { url: string; apiKey: string }): AdministrationPart {
  const base = url.replace(/\/+$/, "").replace(/\/v1$/, "");

  /** What the path does not take of the input goes into the body, or of a GET into the query string. */
  async function call(verb: Verb, input: object = {}): Promise<Record<string, unknown>> {
    const { method, path } = administrationRoutes[verb];
    const rest = new Map(Object.entries(input));
    const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => {
      const value = String(rest.get(name));
      rest.delete(name);
      return encodeURIComponent(value);
    });
    const isGet = method === "GET";
    const parameters = new URLSearchParams();
    if (isGet) for (const [name, value] of rest) parameters.set(snakeCase(name), String(value));
    const hasBody = !isGet && method !== "DELETE";
    return send(`${base}/v1${filled}${parameters.size === 0 ? "" : `?${parameters.toString()}`}`, {
      method,
      ...(hasBody && { body: JSON.stringify(toWire(Object.fromEntries(rest))) }),
    });
  }

  async function send(address: string, init: { method: string; body?: string }): Promise<Record<string, unknown>> {
    const headers = {
      Authorization: `Bearer ${apiKey}`,
      Accept: "application/json",
      ...(init.body !== undefined && { "Content-Type": "application/json" }),
    };
    const response = await fetch(address, { ...init, headers, signal: AbortSignal.timeout(timeoutMs) }).catch(
      (cause: unknown) => {
        throw new PersistoError("unavailable", `Cannot reach Persisto at ${base}; is it running?`, { cause });
      },
    );
    const text = await response.text();
    const answer = parseJson(text);
    if (response.ok && text === "") return {};
    if (response.ok && typeof answer === "object" && answer !== null) return answer as Record<string, unknown>;
    throw (
      fromProblem(answer) ??
      new PersistoError(
        "internal",
        `${base} answered ${response.status}, but not as Persisto does. Is --url the address of a Persisto server?`,
      )
    );
  }

  const one =
    <Result>(verb: Verb) =>
    async (input?: object): Promise<Result> =>
      fromWire(await call(verb, input)) as Result;
  const many =
    <Result>(verb: Verb, member: string) =>
    async (input?: object): Promise<Result[]> =>
      ((await call(verb, input))[member] as object[]).map((item) => fromWire(item) as Result);

  return {
    createKey: one("createKey"),
    listKeys: many("listKeys", "keys"),
    rotateKey: one("rotateKey"),
    revokeKey: one("revokeKey"),
    createOrganisation: one("createOrganisation"),
    listOrganisations: many("listOrganisations", "organisations"),
    createProject: one("createProject"),
    listProjects: many("listProjects", "projects"),
    deleteProject: async (input) => void (await call("deleteProject", input)),
  };
}

/** Undefined for what is no JSON: a proxy's page. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
