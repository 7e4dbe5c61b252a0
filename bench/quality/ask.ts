import type { Memory, RetrievalProfile } from "@persisto/core";
import { limits } from "@persisto/contract";
import type { Dataset } from "../lib/dataset.js";
import type { Answer } from "../lib/measures.js";
import { startProgress } from "../lib/progress.js";

/** The name of a scope's namespace in this run. */
export type NamespaceOf = (scope: string) => string;

/** Saves the documents of a set, each into the namespace of its scope. */
export async function saveAll(memory: Memory, { documents }: Dataset, namespaceOf: NamespaceOf): Promise<void> {
  const progress = startProgress("saving", Math.ceil(documents.length / limits.batch));
  for (let start = 0; start < documents.length; start += limits.batch) {
    const batch = documents.slice(start, start + limits.batch);
    await memory.saveMany(batch.map(({ id, scope, content }) => ({ namespace: namespaceOf(scope), id, content })));
    progress.tick();
  }
}

/** Asks every question of a set in one way; ten memories each. */
export async function askAll(
  memory: Memory,
  { questions }: Dataset,
  { namespaceOf, retrieval }: { namespaceOf: NamespaceOf; retrieval: NonNullable<RetrievalProfile["retrieval"]> },
): Promise<Answer[]> {
  const progress = startProgress(`asking (${retrieval})`, questions.length);
  const answers: Answer[] = [];
  for (const question of questions) {
    const { results } = await memory.query({
      namespace: namespaceOf(question.scope),
      query: question.text,
      mode: { name: retrieval, retrieval, groupBy: "memory", k: 10 },
    });
    answers.push({ question, found: results.map(({ id }) => id) });
    progress.tick();
  }
  return answers;
}
