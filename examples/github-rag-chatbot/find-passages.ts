import type { Memory } from "@persisto/core";
import type { Repository } from "./open-repository.js";

type Place = {
  path: string;
  /** First and last line, counted from 1. */
  from: number;
  to: number;
};

/** Lines of the repository that may answer a question. */
export interface FoundPassage extends Place {
  text: string;
  /** Where the lines can be seen: on GitHub, or on this server. */
  href: string;
}

export interface Scope {
  memory: Memory;
  repository: Repository;
}

/** Most passages of one file, so that others are heard, too. */
const perFile = 2;

/** What answers a question, best first. */
export async function findPassages(
  { memory, repository }: Scope,
  question: string,
  k: number,
): Promise<FoundPassage[]> {
  const { namespace, gitHubUrl } = repository;
  const { results } = await memory.query({ namespace, query: question, groupBy: "memory", k: 3 * k });
  const counts = new Map<unknown, number>();
  const best = results.filter(({ metadata: { path } }) => {
    counts.set(path, (counts.get(path) ?? 0) + 1);
    return (counts.get(path) ?? 0) <= perFile;
  });
  return Promise.all(
    best.slice(0, k).map(async (hit) => {
      const { path, from, to } = hit.metadata as Place;
      // A passage of many tokens a line is searched in parts; it is shown as a whole.
      const whole = hit.chunk.count === 1 ? hit : ((await memory.get({ namespace, id: hit.id })) ?? hit);
      const text = whole.content.slice(path.length + 1);
      return { path, from, to, text, href: linkTo({ path, from, to }, gitHubUrl) };
    }),
  );
}

function linkTo({ path, from, to }: Place, gitHubUrl: string | null): string {
  return gitHubUrl === null
    ? `/file?${new URLSearchParams({ path, from: `${from}`, to: `${to}` })}`
    : `${gitHubUrl}/${path.split("/").map(encodeURIComponent).join("/")}#L${from}-L${to}`;
}
