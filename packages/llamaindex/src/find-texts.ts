import { readPages } from "@persisto/adapter-kit";
import type { Memory } from "@persisto/contract";

/**
 * The different texts under a key of the metadata that have `part` in them. No index knows that, so every memory with the
 * key is read.
 */
export async function findTexts(
  memory: Memory,
  { namespace, key, part }: { namespace: string; key: string; part: string },
): Promise<string[]> {
  const memories = await readPages(memory, { namespace, filters: { [key]: { exists: true } } });
  const texts = memories.map(({ metadata }) => metadata[key]);
  return [...new Set(texts.filter((text) => typeof text === "string" && text.includes(part)))] as string[];
}
