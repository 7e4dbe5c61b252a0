/** A JSON value that can be compared for equality in a filter. */
export type JsonScalar = string | number | boolean | null;

/** Any value that survives `JSON.parse(JSON.stringify(value))` unchanged. */
export type JsonValue = JsonScalar | JsonValue[] | { [key: string]: JsonValue };

/** What a user attaches to a memory. Keys are theirs: never re-cased, never interpreted. */
export type Metadata = Record<string, JsonValue>;
