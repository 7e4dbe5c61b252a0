import { limits, type SaveInput } from "@persisto/contract";
import { describe, expect, it } from "vitest";
import { expectInvalid, expectNotFound, expectRejection } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import { nestedObject } from "../nested-object.js";
import type { MemoryAccessor } from "./memory-accessor.js";

interface Case {
  title: string;
  input: Record<string, unknown>;
  field: string;
  code?: "too_large";
}

/** JSON.parse keeps the key as an own one; an object literal would set the prototype. */
const parsed = (json: string) => JSON.parse(json) as Record<string, unknown>;

const namespaceCases: readonly Case[] = [
  { title: "no namespace", input: { namespace: undefined }, field: "namespace" },
  { title: "an empty namespace", input: { namespace: "" }, field: "namespace" },
  { title: "a namespace that is a number", input: { namespace: 42 }, field: "namespace" },
  { title: "a namespace that is null", input: { namespace: null }, field: "namespace" },
  { title: "a namespace with NUL", input: { namespace: "a\u0000b" }, field: "namespace" },
  { title: "a namespace with a line break", input: { namespace: "a\nb" }, field: "namespace" },
  { title: "a namespace with half a surrogate pair", input: { namespace: "a\ud83d" }, field: "namespace" },
  {
    title: "a namespace too long in bytes",
    input: { namespace: "é".repeat(limits.namespaceBytes / 2 + 1) },
    field: "namespace",
  },
];

const contentCases: readonly Case[] = [
  { title: "no content", input: { content: undefined }, field: "content" },
  { title: "empty content", input: { content: "" }, field: "content" },
  { title: "blank content", input: { content: " \t\r\n\u3000\u00a0" }, field: "content" },
  { title: "content that is a number", input: { content: 42 }, field: "content" },
  { title: "content that is a list", input: { content: ["text"] }, field: "content" },
  { title: "content that is null", input: { content: null }, field: "content" },
  { title: "content with NUL", input: { content: "before\u0000after" }, field: "content" },
  { title: "content with half a surrogate pair", input: { content: "before\ud83dafter" }, field: "content" },
  { title: "content with a reversed surrogate pair", input: { content: "\udd11\ud83d" }, field: "content" },
  {
    title: "content too long in bytes",
    input: { content: "あ".repeat(limits.contentBytes / 3 + 1) },
    field: "content",
    code: "too_large",
  },
];

const metadataCases: readonly Case[] = [
  { title: "metadata that is a list", input: { metadata: [] }, field: "metadata" },
  { title: "metadata that is null", input: { metadata: null }, field: "metadata" },
  { title: "metadata that is a text", input: { metadata: "source" }, field: "metadata" },
  { title: "metadata with NUL in a value", input: { metadata: { note: "a\u0000b" } }, field: "metadata.note" },
  { title: "metadata with NUL in a key", input: { metadata: { "a\u0000b": 1 } }, field: "metadata.a\u0000b" },
  {
    title: "metadata with half a pair in a list",
    input: { metadata: { tags: ["ok", "\ud83d"] } },
    field: "metadata.tags[1]",
  },
  {
    title: "metadata with half a pair in a key",
    input: { metadata: { deep: { "\udd11": 1 } } },
    field: "metadata.deep.\udd11",
  },
  {
    title: "metadata with the key __proto__",
    input: { metadata: parsed('{"__proto__":{"admin":true}}') },
    field: "metadata.__proto__",
  },
  {
    title: "metadata with a deep __proto__",
    input: { metadata: parsed('{"a":[{"__proto__":1}]}') },
    field: "metadata.a[0].__proto__",
  },
  { title: "metadata nested too deep", input: { metadata: nestedObject(limits.jsonDepth + 1) }, field: "metadata" },
  {
    title: "metadata with a very long list",
    input: { metadata: { list: Array.from({ length: 150_000 }, () => 1) } },
    field: "metadata",
    code: "too_large",
  },
  {
    title: "metadata of too many keys",
    input: {
      metadata: Object.fromEntries(
        Array.from({ length: limits.metadataKeys + 1 }, (_, index) => [`key${index}`, index]),
      ),
    },
    field: "metadata",
  },
  {
    title: "metadata too large",
    input: { metadata: { note: "x".repeat(limits.metadataBytes) } },
    field: "metadata",
    code: "too_large",
  },
];

const otherCases: readonly Case[] = [
  { title: "a ttl of 0", input: { ttlSeconds: 0 }, field: "ttlSeconds" },
  { title: "a negative ttl", input: { ttlSeconds: -1 }, field: "ttlSeconds" },
  { title: "a ttl of one second and a half", input: { ttlSeconds: 1.5 }, field: "ttlSeconds" },
  { title: "a ttl that is a text", input: { ttlSeconds: "60" }, field: "ttlSeconds" },
  { title: "a ttl of more than ten years", input: { ttlSeconds: limits.ttlSeconds + 1 }, field: "ttlSeconds" },
  { title: "an empty id", input: { id: "" }, field: "id" },
  { title: "the id .", input: { id: "." }, field: "id" },
  { title: "the id ..", input: { id: ".." }, field: "id" },
  { title: "an id that is a number", input: { id: 42 }, field: "id" },
  { title: "an id that is null", input: { id: null }, field: "id" },
  { title: "an id with NUL", input: { id: "a\u0000b" }, field: "id" },
  { title: "an id with a tab", input: { id: "a\tb" }, field: "id" },
  { title: "an id with half a surrogate pair", input: { id: "\ud83d" }, field: "id" },
  { title: "an id too long in bytes", input: { id: "é".repeat(limits.idBytes / 2 + 1) }, field: "id" },
  { title: "an unknown field", input: { colour: "red" }, field: "colour" },
  { title: "a field in the spelling of the wire", input: { ttl_seconds: 60 }, field: "ttl_seconds" },
  { title: "a field __proto__", input: parsed('{"__proto__":{"ttlSeconds":60}}'), field: "__proto__" },
];

const cases = [...namespaceCases, ...contentCases, ...metadataCases, ...otherCases];

/** What `save` and `saveMany` refuse. */
export function describeInvalidSaveInput(memory: MemoryAccessor): void {
  /** A valid input but for what is overridden, with `__proto__` as an own key where it is given. */
  function inputOf(namespace: string, overrides: Record<string, unknown>): SaveInput {
    const entries = Object.entries({ namespace, content: "A good text.", id: "refused" });
    return Object.fromEntries([...entries, ...Object.entries(overrides)]) as unknown as SaveInput;
  }

  describe("invalid input to save", () => {
    for (const { title, input, field, code } of cases) {
      it(`refuses ${title}, names the field and saves nothing`, async () => {
        const namespace = freshNamespace();
        await expectInvalid(memory().save(inputOf(namespace, input)), field, code);
        await expectNotFound(memory().list({ namespace }), "namespace");
      });
    }

    for (const { title, input, field, code } of cases) {
      it(`refuses a batch with ${title} and saves none of it`, async () => {
        const namespace = freshNamespace();
        const batch = [inputOf(namespace, {}), inputOf(namespace, input)];
        await expectInvalid(memory().saveMany(batch), `memories[1].${field}`, code);
        await expectNotFound(memory().list({ namespace }), "namespace");
      });
    }

    it("names every field that is wrong", async () => {
      const input = inputOf(freshNamespace(), { content: "", ttlSeconds: 0, colour: "red" });
      const error = await expectRejection(memory().save(input), "unprocessable");
      expect(error.details.issues?.map(({ field }) => field).toSorted()).toEqual(["colour", "content", "ttlSeconds"]);
    });

    it("says what is wrong without repeating the text", async () => {
      const error = await expectRejection(
        memory().save(inputOf(freshNamespace(), { content: "my secret \u0000" })),
        "unprocessable",
      );
      expect(error.message).not.toContain("my secret");
      expect(error).toMatchObject({ status: 422, retryable: false });
    });

    it("refuses metadata nested thousands of levels deep, and works on", async () => {
      const namespace = freshNamespace();
      const list = JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`) as unknown;
      await expectRejection(
        memory().save(inputOf(namespace, { metadata: { list } })),
        "unprocessable",
        "invalid_input",
        "too_large",
      );
      await expectNotFound(memory().list({ namespace }), "namespace");
      await memory().save(inputOf(namespace, {}));
      expect((await memory().list({ namespace })).memories).toHaveLength(1);
    });

    it.each([null, "text", [], 42])("refuses %j in place of an input", async (input) => {
      await expectRejection(memory().save(input as unknown as SaveInput), "unprocessable", "invalid_input");
      await expectInvalid(memory().saveMany([input as unknown as SaveInput]), "memories[0]");
    });

    it.each([null, "text", {}, 42])("refuses %j in place of a batch", async (inputs) => {
      await expectInvalid(memory().saveMany(inputs as unknown as SaveInput[]), "memories");
    });

    it("leaves the prototype of objects as it was", async () => {
      const namespace = freshNamespace();
      const metadata = parsed('{"a":{"__proto__":{"polluted":true}}}');
      await expectRejection(memory().save(inputOf(namespace, { metadata })), "unprocessable");
      expect("polluted" in {}).toBe(false);
    });
  });
}
