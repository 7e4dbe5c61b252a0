/** Number of keys: the most dimensions of pgvector's sparse vectors. Of 100,000 terms one in 10,000 shares its key. */
export const termKeys = 1_000_000_000;

const offset = 0x811c9dc5;
const prime = 0x01000193;

/** Hashes terms to keys 1..`termKeys` that differ from namespace to namespace, so that one index serves all and none reads another's. */
export function termKeyer(projectId: string, namespace: string): (term: string) => number {
  const seed = fnv1a(offset, `${projectId}\n${namespace}\n`);
  return (term) => (mix(fnv1a(seed, term)) % termKeys) + 1;
}

/** FNV-1a over the UTF-16 code units. */
function fnv1a(seed: number, text: string): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), prime);
  return hash;
}

/** The finalizer of MurmurHash3: FNV alone leaves the last characters in the low bits. */
function mix(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
