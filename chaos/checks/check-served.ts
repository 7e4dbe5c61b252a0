import { PersistoClient } from "@persisto/client";
import { contentOf, sentenceOf } from "../lib/content-of.js";
import type { Ledger } from "../lib/ledger.js";
import { wholeBelow, type Random } from "../lib/seeded-random.js";
import { noneOf, type Check } from "../lib/verdict.js";

/** Where to ask, and what about. */
export interface ServedOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly ledger: Ledger;
  readonly namespace: string;
  readonly random: Random;
  /** How many acknowledged saves are asked for, at most. */
  readonly sample?: number;
}

/** Asks a running server for a sample of what it acknowledged, by id and by content. */
export async function checkServed({
  baseUrl,
  apiKey,
  ledger,
  namespace,
  random,
  sample = 200,
}: ServedOptions): Promise<Check[]> {
  const client = new PersistoClient({ apiKey, baseUrl });
  const left = [...ledger.fates].flatMap(([operation, fate]) =>
    fate.kind === "acknowledged" ? [{ operation, id: fate.id }] : [],
  );
  const notGot: string[] = [];
  const notFound: string[] = [];
  for (let asked = 0; asked < sample && left.length > 0; asked += 1) {
    const [{ operation, id }] = left.splice(wholeBelow(left.length, random), 1) as [(typeof left)[number]];
    const record = await client.get({ namespace, id });
    if (record?.content !== contentOf(operation)) notGot.push(operation);
    const { results } = await client.query({ namespace, query: sentenceOf(operation, 7), k: 10 });
    ledger.queries += 1;
    if (!results.some((hit) => hit.id === id)) notFound.push(operation);
  }
  return [
    noneOf("acknowledged and not to be got by id", notGot),
    noneOf("acknowledged and not to be found by a query", notFound),
  ];
}
