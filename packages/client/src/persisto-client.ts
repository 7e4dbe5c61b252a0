import {
  administrationRoutes,
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
  type QueryLogEntry,
  type QueryLogPage,
  type QueryResult,
  type RecordKey,
  type SavedMemory,
  type SaveInput,
  type SaveResult,
  type UpdateInput,
  type UsageInput,
  type UsageReport,
} from "@persisto/contract";
import { resolveClientOptions, type PersistoClientOptions } from "./client-options.js";
import { createHttpTransport, type HttpTransport, type WireRequest } from "./http-transport.js";
import { memoryPath } from "./memory-path.js";
import { paged, type Paged } from "./paged.js";
import type { RequestOptions } from "./request-options.js";
import { checkInput, toBody, toQueryString } from "./wire-request.js";

const recordMembers = ["id", "namespace", "content", "metadata"];

/**
 * A Memory on a Persisto server: the one of the API key's project. Every verb throws what the engine
 * throws there, and PersistoError unavailable (retryable) when no answer comes. A second argument says how one call is made.
 */
export class PersistoClient implements Memory {
  readonly #transport: HttpTransport;

  /** @throws PersistoValidationError naming the option that is wrong. */
  constructor(options: PersistoClientOptions) {
    this.#transport = createHttpTransport(resolveClientOptions(options));
  }

  async save(input: SaveInput, options?: RequestOptions): Promise<SaveResult> {
    const { id, chunks, expiresAt } = await this.#send<SaveResult>(
      {
        ...routes.save,
        body: toBody(input),
        isWrite: true,
        expects: ["id", "chunks", "expires_at"],
      },
      options,
    );
    return { id, chunks, expiresAt };
  }

  async saveMany(inputs: readonly SaveInput[], options?: RequestOptions): Promise<SavedMemory[]> {
    const { results } = await this.#send<{ results: SavedMemory[] }>(
      {
        ...routes.saveMany,
        body: toBody({ memories: inputs }),
        isWrite: true,
        expects: ["results"],
      },
      options,
    );
    return results;
  }

  async query(input: QueryInput, options?: RequestOptions): Promise<QueryResult> {
    // A profile has a field of its own on the wire.
    checkInput(input, ["profile"]);
    const { mode, ...rest } = input;
    const isProfile = typeof mode === "object" && mode !== null;
    return withFieldRenamed({ from: "profile", to: "mode" }, () =>
      this.#send<QueryResult>(
        {
          ...routes.query,
          body: toWire(isProfile ? { ...rest, profile: mode } : input),
          isWrite: false,
          expects: ["results", "dropped"],
        },
        options,
      ),
    );
  }

  async get(input: RecordKey, options?: RequestOptions): Promise<MemoryRecord | null> {
    checkInput(input);
    const { id, ...rest } = input;
    return unlessAbsent("memory", null, () =>
      this.#send<MemoryRecord>(
        {
          method: routes.get.method,
          path: memoryPath(id) + toQueryString(rest),
          isWrite: false,
          expects: recordMembers,
        },
        options,
      ),
    );
  }

  /** A page when it is awaited; with `for await` every memory from there on. */
  list(input: ListInput = {}, options?: RequestOptions): Paged<MemoryPage, MemoryRecord> {
    const expects = ["memories", "next_cursor"];
    return paged(
      input,
      (asked) => this.#read<MemoryPage>(routes.list, asked, expects, options),
      ({ memories }) => memories,
    );
  }

  async update(input: UpdateInput, options?: RequestOptions): Promise<MemoryRecord> {
    checkInput(input);
    const { id, namespace, ...changes } = input;
    return this.#send<MemoryRecord>(
      {
        method: routes.update.method,
        path: memoryPath(id) + toQueryString({ namespace }),
        body: toWire(changes),
        isWrite: true,
        expects: recordMembers,
      },
      options,
    );
  }

  async delete(input: DeleteInput | RecordKey, options?: RequestOptions): Promise<DeleteResult> {
    checkInput(input, ["metadata"]);
    if ("id" in input) {
      const { id, ...parameters } = input;
      const path = memoryPath(id) + toQueryString(parameters);
      return this.#delete("memory", { method: routes.deleteOne.method, path }, options);
    }
    // The wire calls the filters of a delete metadata.
    const { filters, ...rest } = input;
    const body = toWire(filters === undefined ? rest : { ...rest, metadata: filters });
    return withFieldRenamed({ from: "metadata", to: "filters" }, () =>
      this.#delete("memory", { ...routes.delete, body }, options),
    );
  }

  async listNamespaces(options?: RequestOptions): Promise<NamespaceSummary[]> {
    // Not through fromWire: the keys of `counts` are the user's.
    const request = {
      method: routes.listNamespaces.method,
      path: `${routes.listNamespaces.path}?counts=true`,
      isWrite: false,
      expects: ["namespaces", "counts"],
    };
    const { namespaces, counts } = (await this.#transport(request, options)) as {
      namespaces: string[];
      counts: Record<string, number>;
    };
    return namespaces.map((namespace) => ({ namespace, count: counts[namespace] ?? 0 }));
  }

  async configureNamespace(input: NamespaceSettings, options?: RequestOptions): Promise<NamespaceSettings> {
    checkInput(input);
    const { namespace, ...settings } = input;
    return this.#send<NamespaceSettings>(
      {
        method: routes.configureNamespace.method,
        path: routes.configureNamespace.path + toQueryString({ namespace }),
        body: toWire(settings),
        isWrite: true,
        expects: ["namespace", "language"],
      },
      options,
    );
  }

  async deleteNamespace(input: { namespace: string }, options?: RequestOptions): Promise<DeleteResult> {
    const path = routes.deleteNamespace.path + toQueryString(input);
    return this.#delete("namespace", { method: routes.deleteNamespace.method, path }, options);
  }

  /** A page when it is awaited; with `for await` every query from there on. */
  listQueries(input: ListQueriesInput = {}, options?: RequestOptions): Paged<QueryLogPage, QueryLogEntry> {
    const expects = ["queries", "next_cursor"];
    return paged(
      input,
      (asked) => this.#read<QueryLogPage>(routes.listQueries, asked, expects, options),
      ({ queries }) => queries,
    );
  }

  /** What the key's project has used, by day or month. Needs the scope `usage:read`; no verb of Memory, because only servers count. */
  async usage(input: Omit<UsageInput, "project"> = {}, options?: RequestOptions): Promise<UsageReport> {
    return this.#read<UsageReport>(administrationRoutes.getUsage, input, ["usage", "stored_bytes"], options);
  }

  async #read<Result>(
    { method, path }: { method: string; path: string },
    input: object,
    expects: readonly string[],
    options?: RequestOptions,
  ): Promise<Result> {
    return this.#send<Result>({ method, path: path + toQueryString(input), isWrite: false, expects }, options);
  }

  async #send<Result>(request: WireRequest, options?: RequestOptions): Promise<Result> {
    return fromWire(await this.#transport(request, options)) as Result;
  }

  /** The wire says 404 when there was nothing to delete; a Memory says that it deleted none. */
  async #delete(
    resource: "memory" | "namespace",
    request: Pick<WireRequest, "method" | "path" | "body">,
    options?: RequestOptions,
  ): Promise<DeleteResult> {
    return unlessAbsent(resource, { count: 0 }, async () => {
      const { count } = await this.#send<DeleteResult>({ ...request, isWrite: true, expects: ["count"] }, options);
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
