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

/** The place of every verb of `Administration` on the wire. Served under `/v1` alone: it came after the version. */
export const administrationRoutes = {
  createOrganisation: { method: "POST", path: "/orgs" },
  listOrganisations: { method: "GET", path: "/orgs" },
  deleteOrganisation: { method: "DELETE", path: "/orgs/:organisation" },
  verifyAudit: { method: "GET", path: "/orgs/:organisation/audit/verify" },
  createProject: { method: "POST", path: "/projects" },
  listProjects: { method: "GET", path: "/projects" },
  getProject: { method: "GET", path: "/projects/:project" },
  updateProject: { method: "PATCH", path: "/projects/:project" },
  deleteProject: { method: "DELETE", path: "/projects/:project" },
  getQuotas: { method: "GET", path: "/projects/:project/quotas" },
  setQuotas: { method: "PUT", path: "/projects/:project/quotas" },
  createKey: { method: "POST", path: "/projects/:project/keys" },
  listKeys: { method: "GET", path: "/projects/:project/keys" },
  revokeKey: { method: "DELETE", path: "/projects/:project/keys/:id" },
  rotateKey: { method: "POST", path: "/projects/:project/keys/:id/rotate" },
  createToken: { method: "POST", path: "/tokens" },
  getUsage: { method: "GET", path: "/usage" },
  listAudit: { method: "GET", path: "/audit" },
} as const;
