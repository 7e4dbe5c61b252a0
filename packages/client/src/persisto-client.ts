import {
  fromWire,
  isPersistoError,
  routes,
  toWire,
  withFieldRenamed,
  type DeleteInput,
  type DeleteResult,
  type ListInput,
  type ListQueriesInput,
  type Memory,
  type MemoryPage,
  type MemoryRecord,
  type NamespaceSettings,
  type NamespaceSummary,
  type QueryInput,
  type QueryLogPage,
  type QueryResult,
  type RecordKey,
  type SavedMemory,
  type SaveInput,
  type SaveResult,
  type UpdateInput,
} from "@persisto/contract";
import { resolveClientOptions, type PersistoClientOptions } from "./client-options.js";
import { createHttpTransport, type HttpTransport, type WireRequest } from "./http-transport.js";
import { memoryPath } from "./memory-path.js";
import { checkInput, toBody, toQueryString } from "./wire-request.js";

const recordMembers = ["id", "namespace", "content", "metadata"];

/**
 * A Memory on a Persisto server: the one of the API key's project. Every verb throws what the engine
 * throws there, and PersistoError unavailable (retryable) when no answer comes.
 */
export class PersistoClient implements Memory {
  readonly #transport: HttpTransport;

  /** @throws PersistoValidationError naming the option that is wrong. */
  constructor(options: PersistoClientOptions) {
    this.#transport = createHttpTransport(resolveClientOptions(options));
  }

  async save(input: SaveInput): Promise<SaveResult> {
    const { id, chunks, expiresAt } = await this.#send<SaveResult>({
      ...routes.save,
      body: toBody(input),
      isWrite: true,
      expects: ["id", "chunks", "expires_at"],
    });
    return { id, chunks, expiresAt };
  }

  async saveMany(inputs: readonly SaveInput[]): Promise<SavedMemory[]> {
    const { results } = await this.#send<{ results: SavedMemory[] }>({
      ...routes.saveMany,
      body: toBody({ memories: inputs }),
      isWrite: true,
      expects: ["results"],
    });
    return results;
  }

  async query(input: QueryInput): Promise<QueryResult> {
    // A profile has a field of its own on the wire.
    checkInput(input, ["profile"]);
    const { mode, ...rest } = input;
    const isProfile = typeof mode === "object" && mode !== null;
    return withFieldRenamed({ from: "profile", to: "mode" }, () =>
      this.#send<QueryResult>({
        ...routes.query,
        body: toWire(isProfile ? { ...rest, profile: mode } : input),
        isWrite: false,
        expects: ["results", "dropped"],
      }),
    );
  }

  async get(input: RecordKey): Promise<MemoryRecord | null> {
    checkInput(input);
    const { id, ...rest } = input;
    return unlessAbsent("memory", null, () =>
      this.#send<MemoryRecord>({
        method: routes.get.method,
        path: memoryPath(id) + toQueryString(rest),
        isWrite: false,
        expects: recordMembers,
      }),
    );
  }

  async list(input: ListInput = {}): Promise<MemoryPage> {
    return this.#send<MemoryPage>({
      method: routes.list.method,
      path: routes.list.path + toQueryString(input),
      isWrite: false,
      expects: ["memories", "next_cursor"],
    });
  }

  async update(input: UpdateInput): Promise<MemoryRecord> {
    checkInput(input);
    const { id, namespace, ...changes } = input;
    return this.#send<MemoryRecord>({
      method: routes.update.method,
      path: memoryPath(id) + toQueryString({ namespace }),
      body: toWire(changes),
      isWrite: true,
      expects: recordMembers,
    });
  }

  async delete(input: DeleteInput | RecordKey): Promise<DeleteResult> {
    checkInput(input, ["metadata"]);
    if ("id" in input) {
      const { id, ...parameters } = input;
      return this.#delete("memory", {
        method: routes.deleteOne.method,
        path: memoryPath(id) + toQueryString(parameters),
      });
    }
    // The wire calls the filters of a delete metadata.
    const { filters, ...rest } = input;
    const body = toWire(filters === undefined ? rest : { ...rest, metadata: filters });
    return withFieldRenamed({ from: "metadata", to: "filters" }, () =>
      this.#delete("memory", { ...routes.delete, body }),
    );
  }

  async listNamespaces(): Promise<NamespaceSummary[]> {
    // Not through fromWire: the keys of `counts` are the user's.
    const { namespaces, counts } = (await this.#transport({
      method: routes.listNamespaces.method,
      path: `${routes.listNamespaces.path}?counts=true`,
      isWrite: false,
      expects: ["namespaces", "counts"],
    })) as { namespaces: string[]; counts: Record<string, number> };
    return namespaces.map((namespace) => ({ namespace, count: counts[namespace] ?? 0 }));
  }

  async configureNamespace(input: NamespaceSettings): Promise<NamespaceSettings> {
    checkInput(input);
    const { namespace, ...settings } = input;
    return this.#send<NamespaceSettings>({
      method: routes.configureNamespace.method,
      path: routes.configureNamespace.path + toQueryString({ namespace }),
      body: toWire(settings),
      isWrite: true,
      expects: ["namespace", "language"],
    });
  }

  async deleteNamespace(input: { namespace: string }): Promise<DeleteResult> {
    const path = routes.deleteNamespace.path + toQueryString(input);
    return this.#delete("namespace", { method: routes.deleteNamespace.method, path });
  }

  async listQueries(input: ListQueriesInput = {}): Promise<QueryLogPage> {
    return this.#send<QueryLogPage>({
      method: routes.listQueries.method,
      path: routes.listQueries.path + toQueryString(input),
      isWrite: false,
      expects: ["queries", "next_cursor"],
    });
  }

  async #send<Result>(request: WireRequest): Promise<Result> {
    return fromWire(await this.#transport(request)) as Result;
  }

  /** The wire says 404 when there was nothing to delete; a Memory says that it deleted none. */
  async #delete(
    resource: "memory" | "namespace",
    request: Pick<WireRequest, "method" | "path" | "body">,
  ): Promise<DeleteResult> {
    return unlessAbsent(resource, { count: 0 }, async () => {
      const { count } = await this.#send<DeleteResult>({ ...request, isWrite: true, expects: ["count"] });
      return { count };
    });
  }
}

/** The result of a call, or a stand-in when this is what the server did not find. */
async function unlessAbsent<Result, StandIn>(
  resource: "memory" | "namespace",
  standIn: StandIn,
  call: () => Promise<Result>,
): Promise<Result | StandIn> {
  try {
    return await call();
  } catch (error) {
    if (isPersistoError(error) && error.code === "not_found" && error.details.resource === resource) return standIn;
    throw error;
  }
}
