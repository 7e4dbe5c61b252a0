/** The cosine below which two texts are unrelated. */
import { seededRandom } from "./random.mjs";

const PAIRS = 20_000;
const SHARE = 0.95;
const MIN_TOKENS = 5;

/**
 * 95th percentile of the cosine of random pairs of sentences.
 * @param {{ sentences: string[], embedder: { embed: (texts: string[], options: { kind: "document" }) => Promise<Float32Array[]>, countTokens: (text: string) => number } }} job
 */
export async function noiseSimilarity({ sentences, embedder }) {
  const random = seededRandom(61);
  const usable = sentences.filter((text) => embedder.countTokens(text) >= MIN_TOKENS);
  const vectors = await embedder.embed(usable, { kind: "document" });
  const pick = () => vectors[Math.floor(random() * vectors.length)];
  const cosines = Float64Array.from({ length: PAIRS }, () => {
    const [a, b] = [pick(), pick()];
    return a.reduce((sum, value, i) => sum + value * b[i], 0);
  }).sort();
  return Math.round(cosines[Math.floor(SHARE * PAIRS)] * 1000) / 1000;
}
