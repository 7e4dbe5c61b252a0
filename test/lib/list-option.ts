/**
 * An option that names some of what is known, separated by commas; all of it when it is not given.
 * @throws Error naming the option and what it knows.
 */
export function listOption<const Name extends string>(
  name: string,
  text: string | undefined,
  known: readonly Name[],
): Name[] {
  if (text === undefined) return [...known];
  return text.split(",").map((part) => {
    const match = known.find((candidate) => candidate === part.trim());
    if (match === undefined) throw new Error(`--${name} knows ${known.join(", ")}, not ${part}`);
    return match;
  });
}
