import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const dist = (file: string): Promise<string> => readFile(new URL(`../dist/${file}`, import.meta.url), "utf8");

test("the built package imports nothing, so it runs in a browser without a bundler", async () => {
  const code = await dist("index.js");
  expect(code).not.toMatch(/\bfrom\s*["']|\bimport\s*\(|\brequire\s*\(/);
  expect(code).not.toMatch(/\bBuffer\b|\bprocess\.|node:/);
});

test("its types need no other package", async () => {
  expect(await dist("index.d.ts")).not.toMatch(/\bfrom\s*["']|import\(/);
});

test("it can be required too", () => {
  const { PersistoClient } = createRequire(import.meta.url)("../dist/index.cjs") as { PersistoClient: unknown };
  expect(PersistoClient).toBeTypeOf("function");
});

test("it is small, also before anybody minifies it", async () => {
  expect(gzipSync(await dist("index.js")).length).toBeLessThan(15_000);
});
