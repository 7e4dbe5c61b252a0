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

/** What answers a question, best first. */
export async function findPassages(
  { memory, repository }: Scope,
  question: string,
  k: number,
): Promise<FoundPassage[]> {
  const { namespace, gitHubUrl } = repository;
  const { results } = await memory.query({ namespace, query: question, mode: "fuzzy", groupBy: "memory", k });
  return Promise.all(
    results.map(async (hit) => {
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
