import {
  fromWire,
  PersistoNotFoundError,
  PersistoValidationError,
  toWire,
  withFieldRenamed,
  type DeleteInput,
  type ListInput,
  type ListQueriesInput,
  type Memory,
  type NamespaceSettings,
  type QueryInput,
  type RecordKey,
  type routes,
  type SaveInput,
  type UpdateInput,
} from "@persisto/contract";
import type { ParameterType } from "./query-parameters.js";

/** What of a request a verb sees, in wire names and of unknown types: the Memory checks its own input. */
export interface VerbRequest {
  /** From the path; empty on routes without one. */
  id: string;
  parameters: Record<string, unknown>;
  /** Empty on routes without one. */
  body: Record<string, unknown>;
}

/** How one route becomes one call of a Memory. */
export interface Verb {
  /** Query-string parameters it knows. */
  parameters?: Readonly<Record<string, ParameterType>>;
  /** Largest body in bytes; absent for routes without a body. */
  maxBodyBytes?: number;
  /** The answer, in wire names. */
  answer(memory: Memory, request: VerbRequest): Promise<object>;
}

/** The longest content, every character escaped as \uXXXX, fits with its metadata. */
const oneMemoryBytes = 2 * 1024 * 1024;
/** Embedding and storing as much takes the embedded database some 20 s. */
const manyMemoriesBytes = 16 * 1024 * 1024;

const page = { namespace: "text", limit: "number", cursor: "text" } as const;

/** Every route of the contract. */
export const verbs: Record<keyof typeof routes, Verb> = {
  save: {
    maxBodyBytes: oneMemoryBytes,
    async answer(memory, { body }) {
      const { id, chunks, expiresAt } = await memory.save(unchecked<SaveInput>(fromWire(body)));
      return { status: "saved", id, chunks, expires_at: expiresAt };
    },
  },

  saveMany: {
    maxBodyBytes: manyMemoriesBytes,
    async answer(memory, { body }) {
      const { memories, ...rest } = fromWire(body);
      refuseFields(Object.keys(rest));
      const results = await memory.saveMany(unchecked<SaveInput[]>(memories));
      return toWire({ status: "saved", results });
    },
  },

  query: {
    maxBodyBytes: oneMemoryBytes,
    async answer(memory, { body }) {
      if (!Object.hasOwn(body, "profile")) {
        if (typeof body["mode"] === "object") throw invalid("mode", "must be a name; send an object as profile");
        return toWire(await memory.query(unchecked<QueryInput>(fromWire(body))));
      }
      const { profile, ...input } = fromWire(body);
      if (Object.hasOwn(input, "mode")) throw invalid("profile", "must not be given together with mode");
      if (typeof profile !== "object") throw invalid("profile", "must be an object; send a name as mode");
      return toWire(
        await withFieldRenamed({ from: "mode", to: "profile" }, () =>
          memory.query(unchecked<QueryInput>({ ...input, mode: profile })),
        ),
      );
    },
  },

  delete: {
    maxBodyBytes: oneMemoryBytes,
    async answer(memory, { body }) {
      // One memory has a route of its own.
      refuseFields(["id"].filter((field) => Object.hasOwn(body, field)));
      if (Object.hasOwn(body, "filters")) throw invalid("filters", "unknown field; the conditions go in metadata");
      const { metadata, ...input } = fromWire(body);
      const deleteInput = metadata === undefined ? input : { ...input, filters: metadata };
      const { count } = await withFieldRenamed({ from: "filters", to: "metadata" }, () =>
        memory.delete(unchecked<DeleteInput>(deleteInput)),
      );
      return deleted(count, "memory", "No memory meets every condition.");
    },
  },

  listNamespaces: {
    parameters: { counts: "boolean" },
    async answer(memory, { parameters: { counts = false } }) {
      if (typeof counts !== "boolean") throw invalid("counts", "must be true or false");
      const summaries = await memory.listNamespaces();
      const namespaces = summaries.map(({ namespace }) => namespace);
      if (!counts) return { namespaces };
      // Its keys are the user's, so it must not meet toWire.
      return { namespaces, counts: Object.fromEntries(summaries.map(({ namespace, count }) => [namespace, count])) };
    },
  },

  configureNamespace: {
    parameters: { namespace: "text" },
    maxBodyBytes: 64 * 1024,
    async answer(memory, { parameters, body }) {
      refuseFields(["namespace"].filter((field) => Object.hasOwn(body, field)));
      return toWire(
        await memory.configureNamespace(unchecked<NamespaceSettings>({ ...fromWire(body), ...parameters })),
      );
    },
  },

  deleteNamespace: {
    parameters: { namespace: "text" },
    async answer(memory, { parameters }) {
      const { count } = await memory.deleteNamespace(unchecked<{ namespace: string }>(parameters));
      return deleted(count, "namespace", "No such namespace, or nothing in it.");
    },
  },

  list: {
    parameters: { ...page, filters: "json", order: "text", with_total: "boolean", with_passages: "boolean" },
    async answer(memory, { parameters }) {
      return toWire(await memory.list(unchecked<ListInput>(fromWire(parameters))));
    },
  },

  get: {
    parameters: { namespace: "text" },
    async answer(memory, { id, parameters }) {
      const record = await memory.get(unchecked<RecordKey>({ ...parameters, id }));
      if (record === null) throw noSuchMemory();
      return toWire(record);
    },
  },

  update: {
    parameters: { namespace: "text" },
    maxBodyBytes: oneMemoryBytes,
    async answer(memory, { id, parameters, body }) {
      refuseFields(["id", "namespace"].filter((field) => Object.hasOwn(body, field)));
      const input = { ...fromWire(body), ...parameters, id };
      return toWire(await memory.update(unchecked<UpdateInput>(input)));
    },
  },

  deleteOne: {
    parameters: { namespace: "text" },
    async answer(memory, { id, parameters }) {
      const { count } = await memory.delete(unchecked<RecordKey>({ ...parameters, id }));
      return deleted(count, "memory", "No memory has this id.");
    },
  },

  listQueries: {
    parameters: { ...page, start_date: "text", end_date: "text" },
    async answer(memory, { parameters }) {
      return toWire(await memory.listQueries(unchecked<ListQueriesInput>(fromWire(parameters))));
    },
  },
};

/** Says that a Memory gets this as it came: checking it is the Memory's part. */
function unchecked<Input>(value: unknown): Input {
  return value as Input;
}

function deleted(count: number, resource: "memory" | "namespace", nothing: string): object {
  if (count === 0) throw new PersistoNotFoundError(nothing, { details: { resource } });
  return { status: "deleted", count };
}

function noSuchMemory(): PersistoNotFoundError {
  return new PersistoNotFoundError("No memory has this id.", { details: { resource: "memory" } });
}

function refuseFields(fields: readonly string[]): void {
  if (fields.length === 0) return;
  throw new PersistoValidationError(fields.map((field) => ({ field, message: "unknown field" })));
}

function invalid(field: string, message: string): PersistoValidationError {
  return new PersistoValidationError([{ field, message }]);
}
