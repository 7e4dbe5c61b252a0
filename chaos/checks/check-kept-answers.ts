import { noneOf } from "../lib/verdict.js";
import type { StoreCheck } from "./store-check.js";

const answersWithoutMemory = `
  select saved->>'id' as id
  from persisto.idempotency_keys k, jsonb_array_elements(k.answer) as saved
  where not exists (select from persisto.memories m where m.project_id = k.project_id and m.id = saved->>'id')`;

/** A write that is sent again must not be answered with a memory that is not there. */
export const checkKeptAnswers: StoreCheck = async (_ledger, probe) => [
  noneOf(
    "kept answers about a memory that is not there",
    (await probe.rows<{ id: string }>(answersWithoutMemory)).map(({ id }) => id),
  ),
];
