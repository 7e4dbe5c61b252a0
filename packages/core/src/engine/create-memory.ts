import type { Memory } from "@persisto/contract";
import { deleteNamespace } from "./delete-namespace.js";
import { deleteRecords } from "./delete-records.js";
import type { Engine } from "./engine.js";
import { get } from "./get.js";
import { listNamespaces } from "./list-namespaces.js";
import { listQueries } from "./list-queries.js";
import { list } from "./list.js";
import { query } from "./query.js";
import { saveMany } from "./save-many.js";
import { save } from "./save.js";
import { update } from "./update.js";

/** The Memory of one project. */
export function createMemory(engine: Engine): Memory {
  return {
    save: (input) => save(engine, input),
    saveMany: (inputs) => saveMany(engine, inputs),
    query: (input) => query(engine, input),
    get: (input) => get(engine, input),
    list: (input = {}) => list(engine, input),
    update: (input) => update(engine, input),
    delete: (input) => deleteRecords(engine, input),
    listNamespaces: () => listNamespaces(engine),
    deleteNamespace: (input) => deleteNamespace(engine, input),
    listQueries: (input = {}) => listQueries(engine, input),
  };
}
