/** Whether a name is matched by one of the globs, in which `*` stands for any text, also none. */
export function matchesGlobs(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => matchesGlob(glob, name));
}

/** Takes time in proportion to both lengths at most: after a mismatch only the last star is tried again. */
export function matchesGlob(glob: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let starAt = 0;
  let index = 0;
  while (at < name.length) {
    if (glob[index] === "*") {
      star = index;
      starAt = at;
      index += 1;
    } else if (index < glob.length && glob[index] === name[at]) {
      index += 1;
      at += 1;
    } else if (star !== -1) {
      starAt += 1;
      at = starAt;
      index = star + 1;
    } else {
      return false;
    }
  }
  return glob.slice(index).replaceAll("*", "") === "";
}

/** Whether whatever `inner` matches is matched by one of the outer globs. Errs on the side of no. */
export function coversGlob(outer: readonly string[], inner: string): boolean {
  // A star matches itself, and any text that it stands for: then the outer glob matches whatever it may become.
  return outer.some((glob) => matchesGlob(glob, inner) && !(inner.includes("*") && !glob.includes("*")));
}
