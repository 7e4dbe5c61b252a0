/** Whether a name is matched by one of the globs, in which `*` stands for any text, also none. */
export function matchesGlobs(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => matchesGlob(glob, name));
}

/**
 * Whether a name is the glob's parts with any text between them. Each part is taken where it comes first: a regular
 * expression would try every other place too, and namespaces are named by strangers.
 */
export function matchesGlob(glob: string, name: string): boolean {
  const [first = "", ...others] = glob.split("*");
  const last = others.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let position = first.length;
  for (const part of others) {
    const found = name.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return name.length - last.length >= position && name.endsWith(last);
}

/** Whether whatever `inner` matches is matched by one of the outer globs. Errs on the side of no. */
export function coversGlob(outer: readonly string[], inner: string): boolean {
  // A star of the outer glob takes a star of the inner one like any other text, and with it whatever that may stand for.
  return outer.some((glob) => matchesGlob(glob, inner) && (glob.includes("*") || !inner.includes("*")));
}
