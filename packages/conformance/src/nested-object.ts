/** An object nested in objects, `levels` deep in all. */
export function nestedObject(levels: number): Record<string, unknown> {
  return levels === 1 ? {} : { a: nestedObject(levels - 1) };
}
