/** A name that no other test and no earlier run has used. */
export function freshNamespace(prefix = "conformance"): string {
  return `${prefix}-${crypto.randomUUID()}`;
}
