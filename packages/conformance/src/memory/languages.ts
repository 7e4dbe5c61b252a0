import type { Language } from "@persisto/contract";
import { describe, expect, it } from "vitest";
import { expectInvalid } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** Words found in the ways of different languages and scripts. */
export function describeLanguages(memory: MemoryAccessor): void {
  /** Contents found by words alone. */
  async function find(namespace: string, query: string): Promise<string[]> {
    return (await memory().query({ namespace, query, retrieval: "text" })).results.map(({ content }) => content);
  }

  async function remember(contents: readonly string[], language?: Language): Promise<string> {
    const namespace = freshNamespace();
    if (language !== undefined) await memory().configureNamespace({ namespace, language });
    await memory().saveMany(contents.map((content) => ({ namespace, content })));
    return namespace;
  }

  describe("languages", () => {
    it.each([
      ["other forms of an English word", "She was running late.", "runs"],
      ["accents left out", "Zoë ordered a crème brûlée.", "creme brulee zoe"],
      ["accents added", "Her resume is here.", "résumé"],
      ["capital letters", "Ask NASA about it.", "nasa"],
      ["parts of a name", "Deployed with Node.js today.", "node"],
      ["a word of Chinese", "我昨天买了一台咖啡机。", "咖啡"],
      ["a word of Japanese", "彼は東京タワーに行った。", "東京"],
      ["a word of Korean", "나는 김치찌개를 좋아한다.", "김치"],
      ["a word of Thai", "ฉันชอบกินข้าวผัด", "ข้าวผัด"],
      ["full-width letters", "型番はＡＢＣ１２３です。", "abc123"],
    ])("find %s", async (_, content, query) => {
      const namespace = await remember([content, "Entirely unrelated."]);
      expect(await find(namespace, query)).toEqual([content]);
    });

    it("are set for a namespace before its first memory", async () => {
      const content = "Die Häuser stehen am Fluss.";
      const german = await remember([content], "german");
      expect(await find(german, "Haus")).toEqual([content]);
      expect(await find(german, "die")).toEqual([]);
      const english = await remember([content]);
      expect(await find(english, "Haus")).toEqual([]);
    });

    it("are set for a namespace that holds memories, which are then found in the new way", async () => {
      const namespace = await remember(["Three lemons.", "One lemon."]);
      expect(await find(namespace, "lemon")).toHaveLength(2);
      expect(await memory().configureNamespace({ namespace, language: "simple" })).toEqual({
        namespace,
        language: "simple",
      });
      expect(await find(namespace, "lemon")).toEqual(["One lemon."]);
      await memory().save({ namespace, content: "More lemons." });
      expect((await find(namespace, "lemons")).toSorted()).toEqual(["More lemons.", "Three lemons."]);
      await memory().configureNamespace({ namespace, language: "english" });
      expect(await find(namespace, "lemon")).toHaveLength(3);
    });

    it("are of one namespace only", async () => {
      const other = await remember(["Two lemons."]);
      await memory().configureNamespace({ namespace: freshNamespace(), language: "simple" });
      expect(await find(other, "lemon")).toHaveLength(1);
    });

    it("make the namespace", async () => {
      const namespace = await remember([], "french");
      expect((await memory().listNamespaces()).find((each) => each.namespace === namespace)?.count).toBe(0);
      expect(await find(namespace, "rien")).toEqual([]);
    });

    it("are refused when unknown", async () => {
      const namespace = freshNamespace();
      const language = "klingon" as Language;
      await expectInvalid(memory().configureNamespace({ namespace, language }), "language");
      await expectInvalid(memory().configureNamespace({ namespace } as never), "language");
      await expectInvalid(memory().configureNamespace({ namespace: "", language: "simple" }), "namespace");
    });
  });
}
