import fc from "fast-check";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { describeOnClients, type OpenClient } from "../clients/testing/open-clients.js";
import type { SqlClient } from "../sql-client.js";
import { binaryArray, binaryDirection, binarySparseVector, binaryVector } from "./binary-vectors.js";
import { parseSparseKeys, parseVector } from "./parse-vector.js";

// Making an embedded Postgres takes 2 s, on a busy machine ten times as long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const component = fc.float({ min: -1, max: 1, noNaN: true });
const anyVector = fc
  .array(component, { minLength: 1, maxLength: 300 })
  .filter((values) => values.some((value) => Math.abs(value) > 1e-3))
  .map((values) => Float32Array.from(values));

/** Most dimensions of a vector. */
const longest = 16_000;

/** Every half precision number but zero, the float32 between it and the next, and what lies beside that. */
function halvesAndBetween(): Float32Array {
  const halves: number[] = [];
  for (let mantissa = 1; mantissa < 1024; mantissa++) halves.push(mantissa * 2 ** -24);
  for (let exponent = -14; exponent <= 15; exponent++) {
    for (let mantissa = 1024; mantissa < 2048; mantissa++) halves.push(mantissa * 2 ** (exponent - 10));
  }
  const between = halves.slice(0, -1).map((half, index) => (half + halves[index + 1]!) / 2);
  const beside = between.flatMap((value) => [value * (1 - 2 ** -23), value * (1 + 2 ** -23)]);
  const magnitudes = [
    ...halves,
    ...between,
    ...beside,
    65_519,
    2 ** -25,
    2 ** -25 * (1 + 2 ** -23),
    2 ** -26,
    2 ** -140,
  ];
  return Float32Array.from(magnitudes.flatMap((value) => [value, -value]));
}

describeOnClients((open) => {
  let opened: OpenClient;
  let client: SqlClient;

  beforeAll(async () => {
    opened = await open();
    client = opened.client;
    await client.query("create extension vector");
  });

  afterAll(() => opened.close());

  async function ask(expression: string, ...parameters: unknown[]): Promise<unknown> {
    const [row] = await client.query<{ answer: unknown }>(`select ${expression} as answer`, parameters);
    return row?.answer;
  }

  async function typeId(type: string): Promise<number> {
    return Number(await ask(`'${type}'::regtype::oid::int8`));
  }

  it("arrive as they were, in single precision", async () => {
    await fc.assert(
      fc.asyncProperty(anyVector, async (vector) => {
        const text = await ask("$1::vector::text", binaryVector(vector, "vector"));
        expect(parseVector(text as string)).toEqual(vector);
      }),
      { numRuns: 30 },
    );
  });

  it("are rounded to half precision as pgvector rounds", async () => {
    const values = halvesAndBetween();
    for (let start = 0; start < values.length; start += longest) {
      const part = values.slice(start, start + longest);
      const same = await ask(
        "$1::vector::halfvec = $2::halfvec",
        binaryVector(part, "vector"),
        binaryVector(part, "halfvec"),
      );
      expect(same).toBe(true);
    }
  });

  it("are refused in half precision where they are too large for it", async () => {
    const tooLarge = binaryVector(Float32Array.of(65_520), "halfvec");
    await expect(ask("$1::halfvec", tooLarge)).rejects.toMatchObject({
      sqlState: expect.stringMatching(/^22/) as string,
    });
  });

  it.each(["vector", "halfvec"] as const)("keep their direction, however short they are (%s)", async (type) => {
    await fc.assert(
      fc.asyncProperty(anyVector, fc.constantFrom(1e-6, 1, 1e6), async (vector, scale) => {
        const text = await ask(
          `$1::${type}::text`,
          binaryDirection(
            vector.map((value) => value * scale),
            type,
          ),
        );
        const parsed = parseVector(text as string);
        const dot = parsed.reduce((sum, value, index) => sum + value * vector[index]!, 0);
        expect(dot / Math.hypot(...parsed) / Math.hypot(...vector)).toBeCloseTo(1, 6);
      }),
      { numRuns: 30 },
    );
  });

  it("can be sparse with weights next to nothing, as of a word in each of a hundred thousand passages", async () => {
    const idf = Math.log(1 + 0.5 / 100_000.5);
    expect(await ask("$1::sparsevec::text", binarySparseVector([[1, idf]]))).toBe("{1:0.0001}/1000000000");
  });

  it("can be sparse", async () => {
    const sparse = [
      [1, 0.5],
      [7, 0.55555],
      [999_999_999, 0.25],
    ] as const;
    expect(await ask("$1::sparsevec::text", binarySparseVector(sparse))).toBe(
      "{1:0.5,7:0.5556,999999999:0.25}/1000000000",
    );
    expect(parseSparseKeys((await ask("$1::sparsevec::text", binarySparseVector([]))) as string)).toEqual([]);
  });

  it.each(["vector", "halfvec"] as const)("come in arrays, with nulls (%s)", async (type) => {
    const elements = [Float32Array.of(1, 0.5), null, Float32Array.of(-2, 0.25)];
    const array = binaryArray(
      elements.map((vector) => vector && binaryVector(vector, type)),
      await typeId(type),
    );
    expect(await ask(`array(select v::text from unnest($1::${type}[]) v)`, array)).toEqual([
      "[1,0.5]",
      null,
      "[-2,0.25]",
    ]);
  });

  it("come in empty arrays", async () => {
    const none = binaryArray([], await typeId("sparsevec"));
    expect(await ask("cardinality($1::sparsevec[])", none)).toBe(0);
  });
});
