/** Seconds until a memory of a namespace expires whose save does not say; null for never. */
export type DefaultTtl = (namespace: string) => number | null;

/** What a store says of it: patterns of namespaces in order, the first that matches wins, and a default for all others. */
export function createDefaultTtl(
  byNamespace: Readonly<Record<string, number | null>>,
  defaultSeconds: number | null,
): DefaultTtl {
  const rules = Object.entries(byNamespace).map(([pattern, seconds]) => ({ parts: pattern.split("*"), seconds }));
  return (namespace) => {
    const rule = rules.find(({ parts }) => matches(namespace, parts));
    return rule === undefined ? defaultSeconds : rule.seconds;
  };
}

/**
 * Whether a text is these parts with any text between them. Each part is taken where it comes first: a regular
 * expression would try every other place too, and namespaces are named by strangers.
 */
function matches(text: string, [first = "", ...others]: readonly string[]): boolean {
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let position = first.length;
  for (const part of others) {
    const found = text.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return text.length - last.length >= position && text.endsWith(last);
}
