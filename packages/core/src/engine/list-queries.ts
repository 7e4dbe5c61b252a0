import type { ListQueriesInput, QueryLogPage } from "@persisto/contract";
import { listQueriesSchema, parseInput } from "@persisto/contract/http";
import type { Engine } from "./engine.js";

const defaultPageSize = 100;

export async function listQueries(
  { scope, store, history, cursors }: Engine,
  input: ListQueriesInput,
): Promise<QueryLogPage> {
  const { namespace, startDate, endDate, limit = defaultPageSize, cursor } = parseInput(listQueriesSchema, input);
  const place = { kind: "queries", owner: scope.projectId };
  const position = cursors.decode(place, cursor);
  await history.flush();
  const rows = await store.pageQueries(scope, {
    namespace,
    startDate,
    endDate,
    limit: limit + 1,
    before: position && { askedAt: position[0]!, id: position[1]! },
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    queries: page.map(({ entry }) => entry),
    nextCursor: last && rows.length > limit ? cursors.encode(place, [last.entry.timestamp, last.id]) : null,
  };
}
