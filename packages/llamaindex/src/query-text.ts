import { storableText } from "./storable-text.js";

/** At three bytes a unit below what a query may have. */
const mostUnits = 10_000;

/** What is asked of a text: of a long one the end, where the request stands; empty when nothing can be meant by it. */
export function queryText(text: string): string {
  return storableText(text).slice(-mostUnits).toWellFormed().trim();
}
