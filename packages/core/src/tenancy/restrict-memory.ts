import {
  filterPredicate,
  isPersistoError,
  PersistoNotFoundError,
  PersistoValidationError,
  type Filters,
  type Memory,
  type MemoryRecord,
  type Metadata,
  type NamespaceSummary,
  type Principal,
} from "@persisto/contract";
import { deleteSchema, parseInput, recordKeySchema } from "@persisto/contract/http";
import { matchesGlobs } from "../namespaces/namespace-globs.js";
import { forbidden, requireScope } from "./authority.js";

/**
 * The memory as far as the principal may use it: its scopes, its namespaces and the memories that meet its filters. What
 * it may not do is forbidden before anything is read; what it may not see is absent.
 */
export function restrictMemory(memory: Memory, principal: Principal): Memory {
  const { namespaceOf, keep } = createRights(principal);
  const forced = principal.filters;
  /** Whether a record is there for this principal. */
  const isSeen = forced === null ? () => true : recordPredicate(forced);

  async function see(id: string, namespace: string): Promise<MemoryRecord | null> {
    const record = await memory.get({ id, namespace });
    return record !== null && isSeen(record) ? record : null;
  }

  /** Null for a namespace that has been deleted since. */
  async function countIn(namespace: string, filters: Filters): Promise<number | null> {
    try {
      return (await memory.list({ namespace, filters, limit: 1, withTotal: true })).total ?? 0;
    } catch (error) {
      if (isPersistoError(error) && error.code === "not_found") return null;
      throw error;
    }
  }

  function requireOwn(metadata: Metadata | undefined, id?: string): void {
    if (forced === null) return;
    if (id !== undefined) {
      // It might be that of a memory which this principal does not see.
      throw forbidden("This credential saves without ids; one is generated.");
    }
    if (!filterPredicate(forced)(metadata ?? {})) {
      throw forbidden("This credential saves only memories whose metadata meet its own filters.");
    }
  }

  return {
    async save(input) {
      requireScope(principal, "memories:write");
      namespaceOf(input.namespace);
      requireOwn(input.metadata, input.id);
      return memory.save(input);
    },
    async saveMany(inputs) {
      requireScope(principal, "memories:write");
      for (const input of listOf(inputs)) {
        namespaceOf(input?.namespace);
        requireOwn(input?.metadata, input?.id);
      }
      return memory.saveMany(inputs);
    },
    async query(input) {
      requireScope(principal, "memories:read");
      namespaceOf(input.namespace);
      // It counts the passages of the whole namespace.
      if (input.explain === true) refuseUnderFilters(forced);
      return memory.query({ ...input, ...keep(input.filters) });
    },
    async get(input) {
      requireScope(principal, "memories:read");
      const namespace = namespaceOf(input.namespace);
      if (namespace === undefined) return memory.get(input);
      return see(input.id, namespace);
    },
    async list(input = {}) {
      requireScope(principal, "memories:read");
      const namespace = namespaceOf(input.namespace);
      return memory.list({ ...input, ...(namespace !== undefined && { namespace }), ...keep(input.filters) });
    },
    async update(input) {
      requireScope(principal, "memories:write");
      // It is answered with the memory.
      requireScope(principal, "memories:read");
      const namespace = namespaceOf(input.namespace);
      if (namespace === undefined) return memory.update(input);
      if (forced !== null) {
        if ((await see(input.id, namespace)) === null) {
          throw new PersistoNotFoundError("No memory has this id.", { details: { resource: "memory" } });
        }
        if (input.metadata !== undefined) requireOwn(input.metadata);
      }
      return memory.update({ ...input, namespace });
    },
    async delete(input) {
      requireScope(principal, "memories:delete");
      const namespace = namespaceOf(input.namespace);
      if ("id" in input) {
        const { id } = parseInput(recordKeySchema, input);
        if (namespace === undefined) return memory.delete({ id });
        return memory.delete(forced === null ? { id, namespace } : { namespace, ids: [id], filters: forced });
      }
      // Checked as it came: the forced filters must not become the condition that was forgotten.
      const parsed = parseInput(deleteSchema, input);
      return memory.delete({ ...input, ...keep(parsed.filters) });
    },
    async listNamespaces() {
      requireScope(principal, "memories:read");
      const all = await memory.listNamespaces();
      const allowed = all.filter(({ namespace }) => matchesGlobs(principal.namespaces, namespace));
      // How many memories the filters keep would take a count of each.
      if (forced === null) return allowed;
      const counted: NamespaceSummary[] = [];
      // One after another: of thousands at once the database would have no connection left for anybody else.
      for (const { namespace } of allowed) {
        const count = await countIn(namespace, forced);
        if (count !== null) counted.push({ namespace, count });
      }
      return counted;
    },
    async configureNamespace(input) {
      requireScope(principal, "memories:write");
      namespaceOf(input.namespace);
      refuseUnderFilters(forced);
      return memory.configureNamespace(input);
    },
    async deleteNamespace(input) {
      requireScope(principal, "memories:delete");
      namespaceOf(input.namespace);
      refuseUnderFilters(forced);
      return memory.deleteNamespace(input);
    },
    async listQueries(input = {}) {
      requireScope(principal, "queries:read");
      const namespace = namespaceOf(input.namespace);
      refuseUnderFilters(forced);
      return memory.listQueries({ ...input, ...(namespace !== undefined && { namespace }) });
    },
  };
}

/** What a principal may do, asked before each call. */
function createRights({ namespaces, filters: forced }: Principal) {
  const isEverywhere = namespaces.includes("*");
  const only = namespaces.length === 1 && !namespaces[0]!.includes("*") ? namespaces[0] : undefined;
  return {
    /** The namespace of a call; of one without, the only one there is, or undefined for all. */
    namespaceOf(asked: unknown): string | undefined {
      if (typeof asked === "string") {
        if (!isEverywhere && !matchesGlobs(namespaces, asked)) {
          throw forbidden("The credential may not use this namespace.");
        }
        return asked;
      }
      // What is no text is refused by the memory itself.
      if (isEverywhere && (asked !== undefined || forced === null)) return undefined;
      if (only !== undefined && asked === undefined) return only;
      throw new PersistoValidationError([
        { field: "namespace", message: "is required: the credential may use only some namespaces" },
      ]);
    },
    /** The filters of a call and those of the principal. */
    keep(filters: Filters | undefined): { filters?: Filters } {
      if (forced === null) return {};
      return { filters: filters === undefined ? forced : { and: [filters, forced] } };
    },
  };
}

function recordPredicate(filters: Filters): (record: MemoryRecord) => boolean {
  const matches = filterPredicate(filters);
  return ({ metadata }) => matches(metadata);
}

/** For what concerns a namespace as a whole. */
function refuseUnderFilters(forced: Filters | null): void {
  if (forced !== null) throw forbidden("The credential may use some memories of a namespace, and not the namespace.");
}

function listOf<T>(inputs: readonly T[]): readonly (T | undefined)[] {
  return Array.isArray(inputs) ? inputs : [];
}
