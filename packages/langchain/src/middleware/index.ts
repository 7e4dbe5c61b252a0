export { createMemoryTools } from "./create-memory-tools.js";
export type { MemoryToolsOptions } from "./create-memory-tools.js";
export type { MemoryRuntime, NamespaceOf } from "./namespace-of.js";
export { persistoMemoryMiddleware } from "./persisto-memory-middleware.js";
export type { PersistoMemoryMiddlewareOptions } from "./persisto-memory-middleware.js";
