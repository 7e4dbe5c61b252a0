import type { Memory } from "@persisto/contract";
import { configureNamespace } from "./configure-namespace.js";
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
  const { enter } = engine.gate;
  return {
    save: (input) => enter(() => save(engine, input)),
    saveMany: (inputs) => enter(() => saveMany(engine, inputs)),
    query: (input) => enter(() => query(engine, input)),
    get: (input) => enter(() => get(engine, input)),
    list: (input = {}) => enter(() => list(engine, input)),
    update: (input) => enter(() => update(engine, input)),
    delete: (input) => enter(() => deleteRecords(engine, input)),
    listNamespaces: () => enter(() => listNamespaces(engine)),
    configureNamespace: (input) => enter(() => configureNamespace(engine, input)),
    deleteNamespace: (input) => enter(() => deleteNamespace(engine, input)),
    listQueries: (input = {}) => enter(() => listQueries(engine, input)),
  };
}
