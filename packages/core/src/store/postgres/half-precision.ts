const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The bits of the half precision number nearest to a float32; of two as near the even one, as pgvector rounds. Too large ones become infinite. */
export function toHalfBits(value: number): number {
  float[0] = value;
  const single = bits[0]!;
  const sign = (single >>> 16) & 0x8000;
  const magnitude = single & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65,520 and more.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  // Below 2^-14 a half is a multiple of 2^-24: a sum with 0.5, whose last bit is worth that, rounds to one.
  if (magnitude < 0x38800000) {
    float[0] = Math.abs(value) + 0.5;
    return sign | (bits[0]! - 0x3f000000);
  }
  // From an exponent of 8 bits to one of 5, and the 13 lowest bits rounded off; a carry goes into the exponent, as it should.
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}
