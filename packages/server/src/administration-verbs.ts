import { fromWire, toWire, type Administration, type administrationRoutes } from "@persisto/contract";
import type { ParameterType } from "./query-parameters.js";

/** What of a request a verb sees, in wire names and of unknown types: `Administration` checks its own input. */
export interface AdministrationRequest {
  /** From the path. */
  path: Record<string, string>;
  parameters: Record<string, unknown>;
  /** Empty on routes without one. */
  body: Record<string, unknown>;
}

/** How one route becomes one call of `Administration`. */
export interface AdministrationVerb {
  /** Query-string parameters it knows. */
  parameters?: Readonly<Record<string, ParameterType>>;
  /** Largest body in bytes; absent for routes without a body. */
  maxBodyBytes?: number;
  /** The answer, in wire names. */
  answer(administration: Administration, request: AdministrationRequest): Promise<object>;
}

/** Filters and globs are all there is in it. */
const bodyBytes = 64 * 1024;

/** Every route of administration. */
export const administrationVerbs: Record<keyof typeof administrationRoutes, AdministrationVerb> = {
  createOrganisation: withBody("createOrganisation"),
  listOrganisations: {
    answer: async (administration) => ({ organisations: (await administration.listOrganisations()).map(toWire) }),
  },
  deleteOrganisation: deleting("deleteOrganisation"),
  verifyAudit: {
    answer: async (administration, { path }) => toWire(await administration.verifyAudit(unchecked(path))),
  },
  createProject: withBody("createProject"),
  listProjects: {
    parameters: { organisation: "text" },
    answer: async (administration, { parameters }) => ({
      projects: (await administration.listProjects(unchecked(parameters))).map(toWire),
    }),
  },
  getProject: {
    answer: async (administration, { path }) => toWire(await administration.getProject(unchecked(path))),
  },
  updateProject: withBody("updateProject"),
  deleteProject: deleting("deleteProject"),
  createKey: withBody("createKey"),
  listKeys: {
    answer: async (administration, { path }) => ({
      keys: (await administration.listKeys(unchecked(path))).map(toWire),
    }),
  },
  revokeKey: {
    answer: async (administration, { path }) => toWire(await administration.revokeKey(unchecked(path))),
  },
  rotateKey: withBody("rotateKey"),
  createToken: withBody("createToken"),
  getQuotas: {
    answer: async (administration, { path }) => toWire(await administration.getQuotas(unchecked(path))),
  },
  setQuotas: withBody("setQuotas"),
  getUsage: {
    parameters: { project: "text", from: "text", to: "text", by: "text", key: "text", per_key: "boolean" },
    answer: async (administration, { parameters }) =>
      toWire(await administration.getUsage(unchecked(fromWire(parameters)))),
  },
  listAudit: {
    parameters: { organisation: "text", project: "text", limit: "number", cursor: "text" },
    async answer(administration, { parameters }) {
      const { entries, nextCursor } = await administration.listAudit(unchecked(parameters));
      return toWire({ entries, nextCursor });
    },
  },
};

/** The verbs whose input is a body and what the path names. */
type Making =
  | "createOrganisation"
  | "createProject"
  | "updateProject"
  | "setQuotas"
  | "createKey"
  | "rotateKey"
  | "createToken";

function withBody(verb: Making): AdministrationVerb {
  return {
    maxBodyBytes: bodyBytes,
    // The path last: no body says which project it is about.
    answer: async (administration, { path, body }) =>
      toWire(await administration[verb](unchecked({ ...fromWire(body), ...path }))),
  };
}

function deleting(verb: "deleteOrganisation" | "deleteProject"): AdministrationVerb {
  return {
    async answer(administration, { path }) {
      await administration[verb](unchecked(path));
      return { status: "deleted" };
    },
  };
}

/** Says that `Administration` gets this as it came: checking it is its own part. */
function unchecked(value: unknown): never {
  return value as never;
}
