/** The first page when it is awaited; everything on it and on those that follow with `for await`. */
export type Paged<Page, Item> = Promise<Page> & AsyncIterable<Item>;

/** Makes pages iterable: the next one is asked for when the one before is used up. */
export function paged<Input extends object, Page extends { nextCursor: string | null }, Item>(
  input: Input,
  ask: (input: Input & { cursor?: string }) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
): Paged<Page, Item> {
  const first = ask(input);
  async function* iterate(): AsyncGenerator<Item, void, undefined> {
    for (let page = await first; ; page = await ask({ ...input, cursor: page.nextCursor })) {
      yield* itemsOf(page);
      if (page.nextCursor === null) return;
    }
  }
  return Object.assign(first, { [Symbol.asyncIterator]: iterate });
}
