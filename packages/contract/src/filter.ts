import type { JsonScalar } from "./json.js";

/**
 * Conditions on metadata, all of which must hold: `{ source: "profile" }` keeps the memories whose
 * metadata has a top-level key `source` equal to `"profile"`. A missing key equals nothing, not even null.
 */
export type Filters = Record<string, JsonScalar>;
