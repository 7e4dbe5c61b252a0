import { administrationRoutes, fromWire, toWire, type Administration } from "@persisto/contract";
import { resolveClientOptions, type PersistoClientOptions } from "./client-options.js";
import { createHttpTransport } from "./http-transport.js";
import { checkInput, toQueryString } from "./wire-request.js";

type Verb = keyof typeof administrationRoutes;

/**
 * Organisations, projects, keys, tokens, usage and the audit log of a server, as whoever the key is: the operator, or a key with the
 * scope of the verb. Nothing that changes something is tried again, because only writes of memories are known when they come twice.
 * @throws PersistoValidationError naming the option that is wrong.
 */
export function createPersistoAdministration(options: PersistoClientOptions): Administration {
  const transport = createHttpTransport(resolveClientOptions(options));

  async function call(verb: Verb, input: object = {}): Promise<Record<string, unknown>> {
    checkInput(input);
    const { method, path } = administrationRoutes[verb];
    const rest = new Map(Object.entries(input));
    const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => {
      const value = String(rest.get(name));
      rest.delete(name);
      return encodeURIComponent(value);
    });
    const others = Object.fromEntries(rest);
    const isGet = method === "GET";
    const hasBody = !isGet && method !== "DELETE";
    const request = {
      method,
      path: filled + (isGet ? toQueryString(others) : ""),
      ...(hasBody && { body: toWire(others) }),
      isWrite: false,
      expects: [],
    };
    return fromWire(await transport(request, isGet ? {} : { maxRetries: 0 }));
  }

  const one =
    <Result>(verb: Verb) =>
    async (input?: object): Promise<Result> =>
      (await call(verb, input)) as Result;
  const all =
    <Result>(verb: Verb, member: string) =>
    async (input?: object): Promise<Result[]> =>
      (await call(verb, input))[member] as Result[];
  const nothing =
    (verb: Verb) =>
    async (input: object): Promise<void> =>
      void (await call(verb, input));

  return {
    createOrganisation: one("createOrganisation"),
    listOrganisations: all("listOrganisations", "organisations"),
    deleteOrganisation: nothing("deleteOrganisation"),
    createProject: one("createProject"),
    listProjects: all("listProjects", "projects"),
    getProject: one("getProject"),
    updateProject: one("updateProject"),
    deleteProject: nothing("deleteProject"),
    getQuotas: one("getQuotas"),
    setQuotas: one("setQuotas"),
    createKey: one("createKey"),
    listKeys: all("listKeys", "keys"),
    revokeKey: one("revokeKey"),
    rotateKey: one("rotateKey"),
    createToken: one("createToken"),
    getUsage: one("getUsage"),
    listAudit: one("listAudit"),
    verifyAudit: one("verifyAudit"),
  };
}
