import type { DeleteResult } from "@persisto/contract";
import { deleteNamespaceSchema, parseInput } from "@persisto/contract/http";
import type { Engine } from "./engine.js";
import { idempotently } from "./idempotently.js";

export async function deleteNamespace(engine: Engine, input: { namespace: string }): Promise<DeleteResult> {
  const { scope, store, catalog, history, audit } = engine;
  const parsed = parseInput(deleteNamespaceSchema, input);
  const { namespace } = parsed;
  return idempotently<number, DeleteResult>(engine, {
    name: "deleteNamespace",
    // Hundreds of thousands of memories take minutes in PGlite, up to the store's limit of ten.
    leaseSeconds: 660,
    input: parsed,
    async write(completion) {
      // What was asked a moment ago is to go with it.
      await history.flush();
      const removal = { namespace, audit: audit && audit("namespace.delete", namespace) };
      const count = await store.removeNamespace(scope, removal, completion);
      catalog.forget(scope, namespace);
      return { count };
    },
    answerOf: (count) => count,
    replay: (answer) => ({ count: Number(answer) }),
  });
}
