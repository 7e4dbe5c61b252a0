import type { Memory } from "@persisto/contract";

/** Gives the memory under test; callable only inside a test or hook, once the suite has opened it. */
export type MemoryAccessor = () => Memory;
