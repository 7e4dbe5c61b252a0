import type { ListInput, MemoryPage } from "@persisto/contract";
import { listSchema, parseInput } from "@persisto/contract/http";
import type { Engine } from "./engine.js";
import { unknownNamespace } from "./not-found.js";

const defaultPageSize = 100;

/** Passages after which a page that has them ends: with 1,536 dimensions some 8 MB of JSON. */
const passagesOfPage = 500;

export async function list({ scope, store, cursors }: Engine, input: ListInput): Promise<MemoryPage> {
  const { namespace, filters = {}, order = "newest", limit = defaultPageSize, ...rest } = parseInput(listSchema, input);
  // A place in one order is none in the other.
  const place = { kind: order === "newest" ? "memories" : "memories, oldest first", owner: scope.projectId };
  const rows = await store.page(scope, {
    namespace,
    filters,
    order,
    // One more than asked for tells whether there is a next page.
    limit: limit + 1,
    after: cursors.decode(place, rest.cursor)?.[0],
    passages: rest.withPassages === true ? passagesOfPage : null,
  });
  if (rows === null) throw unknownNamespace(namespace!);
  const page = rows.slice(0, limit).filter(({ isCut }) => !isCut);
  return {
    memories: page.map(({ record }) => record),
    nextCursor: rows.length > page.length ? cursors.encode(place, [page.at(-1)!.seq]) : null,
    ...(rest.withTotal === true && { total: await store.count(scope, { namespace, filters }) }),
  };
}
