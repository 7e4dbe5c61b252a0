/** Every verb's place on the wire. Served under `/v1` and, the same, without the prefix. */
export const routes = {
  save: { method: "POST", path: "/memory/save" },
  saveMany: { method: "POST", path: "/memory/save-many" },
  query: { method: "POST", path: "/memory/query" },
  delete: { method: "DELETE", path: "/memory/delete" },
  listNamespaces: { method: "GET", path: "/memory/namespaces" },
  configureNamespace: { method: "PUT", path: "/memory/namespaces" },
  deleteNamespace: { method: "DELETE", path: "/memory/namespaces" },
  list: { method: "GET", path: "/memory/list" },
  get: { method: "GET", path: "/memory/:id" },
  update: { method: "PATCH", path: "/memory/:id" },
  deleteOne: { method: "DELETE", path: "/memory/:id" },
  listQueries: { method: "GET", path: "/queries/list" },
} as const;
