export { describeEmbedder } from "./describe-embedder.js";
export { describeMemory } from "./describe-memory.js";
export type { MemoryHarness } from "./describe-memory.js";
export { describeProjectIsolation } from "./describe-project-isolation.js";
export { describeReranker } from "./describe-reranker.js";
export type { ProjectPair } from "./describe-project-isolation.js";
