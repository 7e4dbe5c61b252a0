import type { Backend } from "../lib/backend.js";
import type { Ledger } from "../lib/ledger.js";
import type { Check } from "../lib/verdict.js";
import { checkKeptAnswers } from "./check-kept-answers.js";
import { checkMemories } from "./check-memories.js";
import { checkUsage } from "./check-usage.js";
import type { Allowances, StoreCheck } from "./store-check.js";

/** Everything that is asked of the tables after a workload. */
const storeChecks: readonly StoreCheck[] = [checkMemories, checkKeptAnswers, checkUsage];

/** Looks into the tables of a store whose server has ended. */
export async function judge(
  ledger: Ledger,
  backend: Backend,
  allowed: Allowances = { unansweredAndDone: true },
): Promise<Check[]> {
  const probe = await backend.probe();
  try {
    const checks: Check[] = [];
    for (const check of storeChecks) checks.push(...(await check(ledger, probe, allowed)));
    return checks;
  } finally {
    await probe.close();
  }
}
