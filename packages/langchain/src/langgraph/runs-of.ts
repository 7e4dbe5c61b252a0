import type { Operation, PutOperation } from "@langchain/langgraph-checkpoint";

/** Neighbouring puts are written together, neighbouring reads read at once. */
export function runsOf(operations: readonly Operation[]): Operation[][] {
  const runs: Operation[][] = [];
  for (const operation of operations) {
    const run = runs.at(-1);
    if (run && isPut(run[0]!) === isPut(operation)) run.push(operation);
    else runs.push([operation]);
  }
  return runs;
}

/** Whether an operation writes; its keys tell, as in LangGraph's own stores. */
export function isPut(operation: Operation): operation is PutOperation {
  return "value" in operation;
}
