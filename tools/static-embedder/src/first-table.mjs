/** The table before training: what the teacher says of each word piece alone, common pieces damped. */

/** Smooth inverse frequency: weight a / (a + p). */
const DAMPING = 1e-3;
/** The vocabulary's first 999 entries are specials and unused; from there on pieces come by falling frequency. */
const FIRST_RANKED = 998;

/** @param {Float32Array} pieceVectors the teacher's vector of each piece @param {number} dimensions @returns {Float32Array} */
export function firstTable(pieceVectors, dimensions) {
  const count = pieceVectors.length / dimensions;
  const mean = new Float64Array(dimensions);
  pieceVectors.forEach((value, i) => (mean[i % dimensions] += value / count));
  let harmonic = 0;
  for (let rank = 1; rank <= count; rank++) harmonic += 1 / rank;
  return pieceVectors.map((value, i) => {
    const rank = Math.max(1, Math.floor(i / dimensions) - FIRST_RANKED);
    const probability = 1 / (rank * harmonic); // Zipf: the tokenizer file holds no counts
    return (value - mean[i % dimensions]) * (DAMPING / (DAMPING + probability));
  });
}
