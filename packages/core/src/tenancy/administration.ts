import {
  PersistoError,
  type Administration,
  type KeyScope,
  type NewApiKey,
  type Principal,
  type Project,
} from "@persisto/contract";
import {
  createKeySchema,
  createOrganisationSchema,
  createProjectSchema,
  createTokenSchema,
  keySchema,
  listProjectsSchema,
  organisationSchema,
  parseInput,
  projectSchema,
  rotateKeySchema,
  setQuotasSchema,
  updateProjectSchema,
} from "@persisto/contract/http";
import type { Cursors } from "../paging/cursors.js";
import type { AccessStore, NewAuditEntry } from "../store/access-store.js";
import { generateApiKey, isKeyId } from "./api-key-format.js";
import type { ApiKeyVerifier } from "./api-keys.js";
import { auditReader } from "./audit-reader.js";
import { authorityOf, forbidden, notFound } from "./authority.js";
import type { ScopedTokens } from "./scoped-tokens.js";
import { usageReader } from "./usage-reader.js";

/** What administration works with. */
export interface AdministrationParts {
  readonly store: AccessStore;
  readonly keys: Pick<ApiKeyVerifier, "hashOf" | "forget">;
  readonly tokens: Pick<ScopedTokens, "sign">;
  readonly cursors: Cursors;
}

/** Of a key that nothing else was said about. */
const defaultScopes: readonly KeyScope[] = ["memories:read", "memories:write", "memories:delete", "queries:read"];
/** Where migrations and first saves put a project. */
const defaultOrganisation = "default";
const defaultKeySeconds = 90 * 86_400;
const defaultGraceSeconds = 86_400;
const defaultTokenSeconds = 900;

/** Administration by one principal, on one request. */
export function createAdministration(
  { store, keys, tokens, cursors }: AdministrationParts,
  { principal, requestId }: { principal: Principal; requestId: string },
): Administration {
  const { requireOperator, requireProject, requireNoMore } = authorityOf(principal);
  const entry = (action: string, target: string, details: NewAuditEntry["details"] = {}): NewAuditEntry => ({
    actor: principal.actor,
    requestId,
    action,
    target,
    details,
  });

  async function findProject(id: string): Promise<Project> {
    const project = await store.findProject(id);
    if (project === null) throw notFound("project", id);
    return project;
  }

  /** The operator and the key that the server was started with do not end. */
  const madeBy = principal.actor.kind === "key" && isKeyId(principal.actor.id) ? principal.actor.id : null;

  /** A key that can be stored, and the secret that is not. */
  async function makeKey(
    projectId: string,
    { name, scopes, namespaces, ttlSeconds }: Required<Omit<NewApiKey, "project">>,
  ) {
    const { environment } = await findProject(projectId);
    const { id, key } = generateApiKey(environment);
    return {
      key,
      stored: {
        id,
        projectId,
        name,
        hash: keys.hashOf(key),
        scopes,
        namespaces,
        ttlSeconds,
        madeBy,
        makesProject: false,
      },
    };
  }

  return {
    async createOrganisation(input) {
      requireOperator();
      const { id, name = id } = parseInput(createOrganisationSchema, input);
      const made = await store.insertOrganisation({ id, name }, entry("organisation.create", id));
      if (made === null) throw new PersistoError("conflict", `There is an organisation ${id} already.`);
      return made;
    },

    async listOrganisations() {
      requireOperator();
      return store.listOrganisations();
    },

    async deleteOrganisation(input) {
      requireOperator();
      const { organisation } = parseInput(organisationSchema, input);
      if (organisation === defaultOrganisation) {
        throw new PersistoError("conflict", `${organisation} stays: projects that nobody made for another are in it.`);
      }
      const outcome = await store.removeOrganisation(organisation, entry("organisation.delete", organisation));
      if (outcome === "unknown") throw notFound("organisation", organisation);
      if (outcome === "has projects") {
        throw new PersistoError("conflict", `${organisation} has projects; delete them first.`);
      }
    },

    async createProject(input) {
      requireOperator();
      const { organisation, id, name = id, environment = "live" } = parseInput(createProjectSchema, input);
      const made = await store.insertProject(
        { id, organisation, name, environment },
        entry("project.create", id, { environment }),
      );
      if (made === "unknown organisation") throw notFound("organisation", organisation);
      if (made === "taken") throw new PersistoError("conflict", `There is a project ${id} already.`);
      return made;
    },

    async listProjects(input = {}) {
      requireOperator();
      return store.listProjects(parseInput(listProjectsSchema, input).organisation);
    },

    async getProject(input) {
      const { project } = parseInput(projectSchema, input);
      requireProject(project, "project:admin");
      return findProject(project);
    },

    async updateProject(input) {
      const { project, name } = parseInput(updateProjectSchema, input);
      requireProject(project, "project:admin");
      const renamed = await store.renameProject({ id: project, name }, entry("project.update", project));
      if (renamed === null) throw notFound("project", project);
      return renamed;
    },

    async deleteProject(input) {
      requireOperator();
      const { project } = parseInput(projectSchema, input);
      const ended = await store.listKeys(project);
      if (!(await store.removeProject(project, entry("project.delete", project)))) throw notFound("project", project);
      for (const { id } of ended) keys.forget(id);
    },

    async setQuotas(input) {
      requireOperator();
      const { project, ...given } = parseInput(setQuotasSchema, input);
      const { savesPerMonth = null, queriesPerMonth = null, embeddedTokensPerMonth = null, storedBytes = null } = given;
      const limits = { savesPerMonth, queriesPerMonth, embeddedTokensPerMonth, storedBytes };
      const quotas = await store.setQuotas({ projectId: project, limits }, entry("project.quotas", project, limits));
      if (quotas === null) throw notFound("project", project);
      return quotas;
    },

    async createKey(input) {
      const parsed = parseInput(createKeySchema, input);
      const { project, name, scopes = [...defaultScopes], ttlSeconds = defaultKeySeconds } = parsed;
      const { namespaces = principal.actor.kind === "operator" ? ["*"] : [...principal.namespaces] } = parsed;
      requireProject(project, "keys:admin");
      requireNoMore({ scopes, namespaces });
      const { key, stored } = await makeKey(project, { name, scopes, namespaces, ttlSeconds });
      const made = await store.insertKey(
        { ...stored, rotatedFrom: null },
        entry("key.create", stored.id, { scopes, namespaces: namespaces.length, ttlSeconds }),
      );
      // Deleted since it was looked up.
      if (made === null) throw notFound("project", project);
      return { ...made, key };
    },

    async listKeys(input) {
      const { project } = parseInput(projectSchema, input);
      requireProject(project, "keys:admin");
      await findProject(project);
      return store.listKeys(project);
    },

    async rotateKey(input) {
      const { project, id, graceSeconds = defaultGraceSeconds } = parseInput(rotateKeySchema, input);
      requireProject(project, "keys:admin");
      const old = (await store.listKeys(project)).find((key) => key.id === id);
      if (old === undefined) throw notFound("key", id);
      // Or whoever may make small keys could have the secret of a large one.
      requireNoMore(old);
      const lifeMs = old.expiresAt === null ? null : Date.parse(old.expiresAt) - Date.parse(old.createdAt);
      const ttlSeconds = lifeMs === null ? null : Math.max(1, Math.round(lifeMs / 1_000));
      const { key, stored } = await makeKey(project, { ...old, ttlSeconds });
      const made = await store.replaceKey(
        { ...stored, rotatedFrom: id },
        { graceSeconds, audit: entry("key.rotate", id, { to: stored.id, graceSeconds }) },
      );
      if (made === null) throw new PersistoError("conflict", `The key ${id} has ended; make another.`);
      keys.forget(id);
      return { ...made, key };
    },

    async revokeKey(input) {
      const { project, id } = parseInput(keySchema, input);
      requireProject(project, "keys:admin");
      const revoked = await store.revokeKey({ projectId: project, id }, entry("key.revoke", id));
      if (revoked === null) throw notFound("key", id);
      keys.forget(id);
      return revoked;
    },

    async createToken(input) {
      if (principal.actor.kind !== "key") throw forbidden("A token is made with an API key of a project.");
      // A token is looked up by the id of its key.
      if (!isKeyId(principal.actor.id)) {
        throw forbidden("The key that the server was started with makes no tokens; have it make a key that does.");
      }
      const parsed = parseInput(createTokenSchema, input);
      const { scopes = ["memories:read"], namespaces, filters = null, ttlSeconds = defaultTokenSeconds } = parsed;
      requireNoMore({ scopes, namespaces });
      const expiresAt = Math.floor(Date.now() / 1_000) + ttlSeconds;
      return {
        token: tokens.sign({ key: principal.actor.id, scopes, namespaces, filters, expiresAt }),
        expiresAt: new Date(expiresAt * 1_000).toISOString(),
      };
    },

    ...usageReader(store, principal),
    ...auditReader({ store, cursors }, principal),
  };
}
