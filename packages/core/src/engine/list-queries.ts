import type { ListQueriesInput, QueryLogPage } from "@persisto/contract";
import { listQueriesSchema, parseInput } from "@persisto/contract/http";
import { decodeCursor, encodeCursor } from "../paging/cursor.js";
import type { Engine } from "./engine.js";

const defaultPageSize = 100;

export async function listQueries({ scope, store, history }: Engine, input: ListQueriesInput): Promise<QueryLogPage> {
  const { namespace, startDate, endDate, limit = defaultPageSize, cursor } = parseInput(listQueriesSchema, input);
  const position = decodeCursor("queries", cursor, isPosition);
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
    nextCursor: last && rows.length > limit ? encodeCursor("queries", [last.entry.timestamp, last.id]) : null,
  };
}

function isPosition([askedAt = "", id = "", ...rest]: string[]): boolean {
  return rest.length === 0 && isTimestamp(askedAt) && /^\d{1,18}$/.test(id);
}

/** As `toISOString` writes it, of a year that Postgres knows. */
function isTimestamp(text: string): boolean {
  const time = Date.parse(text);
  return (
    !Number.isNaN(time) && new Date(time).toISOString() === text && /^\d{4}-/.test(text) && !text.startsWith("0000")
  );
}
