import type { ListInput, MemoryPage } from "@persisto/contract";
import { listSchema, parseInput } from "@persisto/contract/http";
import type { Engine } from "./engine.js";
import { unknownNamespace } from "./not-found.js";

const defaultPageSize = 100;

export async function list({ scope, store, cursors }: Engine, input: ListInput): Promise<MemoryPage> {
  const { namespace, filters = {}, limit = defaultPageSize, cursor, withTotal } = parseInput(listSchema, input);
  const place = { kind: "memories", owner: scope.projectId };
  const before = cursors.decode(place, cursor)?.[0];
  // One more than asked for tells whether there is a next page.
  const rows = await store.page(scope, { namespace, filters, limit: limit + 1, before });
  if (rows === null) throw unknownNamespace(namespace!);
  const page = rows.slice(0, limit);
  return {
    memories: page.map(({ record }) => record),
    nextCursor: rows.length > limit ? cursors.encode(place, [page.at(-1)!.seq]) : null,
    ...(withTotal === true && { total: await store.count(scope, { namespace, filters }) }),
  };
}
