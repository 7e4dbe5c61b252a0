import { routes } from "../../routes.js";
import { queryLogPageSchema } from "../response-schemas.js";
import { listQueriesSchema } from "../schemas.js";
import type { Operation } from "./operation.js";

/** The routes of the query history. */
export const queryHistoryOperations = {
  listQueries: {
    ...routes.listQueries,
    tag: "Query history",
    summary: "Page through the queries that were asked, newest first",
    scope: "queries:read",
    parameters: listQueriesSchema,
    answer: queryLogPageSchema,
    errors: [],
    example: {
      parameters: { namespace: "demo-agent", start_date: "2026-01-01", limit: 100 },
      answer: {
        queries: [
          {
            namespace: "demo-agent",
            query_text: "How long should answers be?",
            filters: { source: "profile" },
            top_k: 5,
            mode: "strict",
            count: 1,
            duration_ms: 3.2,
            timestamp: "2026-01-31T12:00:00.000Z",
          },
        ],
        next_cursor: null,
      },
    },
  },
} as const satisfies Record<string, Operation>;
