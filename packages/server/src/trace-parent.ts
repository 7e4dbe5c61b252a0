/** Version, trace, parent and flags (https://www.w3.org/TR/trace-context/); later versions may append to it. */
const form = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;

/** The trace id of a `traceparent` header; undefined for none and for a malformed one. */
export function traceIdOf(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? form.exec(header)?.[1] : undefined;
}
