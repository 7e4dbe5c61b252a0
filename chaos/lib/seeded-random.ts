/** Numbers from 0 up to 1, the same for the same seed and purpose. */
export type Random = () => number;

/** Random numbers for one purpose (mulberry32), so that one purpose does not shift the numbers of another. */
export function seededRandom(seed: number, purpose: string): Random {
  let state = [...purpose].reduce((hash, letter) => Math.imul(hash ^ letter.codePointAt(0)!, 16_777_619), seed | 0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A whole number from 0 up to, not including, `end`. */
export function wholeBelow(end: number, random: Random): number {
  return Math.floor(random() * end);
}
