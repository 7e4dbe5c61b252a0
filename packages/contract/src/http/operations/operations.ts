import type { routes } from "../../routes.js";
import { memoryOperations } from "./memory-operations.js";
import { namespaceOperations } from "./namespace-operations.js";
import type { Operation } from "./operation.js";
import { queryHistoryOperations } from "./query-history-operations.js";

/** What each route of the contract takes, answers and asks for. */
export const operations = {
  ...memoryOperations,
  ...namespaceOperations,
  ...queryHistoryOperations,
} as const satisfies Record<keyof typeof routes, Operation>;
