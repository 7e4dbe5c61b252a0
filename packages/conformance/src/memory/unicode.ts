import { describe, expect, it } from "vitest";
import { freshNamespace } from "../fresh-namespace.js";
import { longText } from "../long-text.js";
import type { MemoryAccessor } from "./memory-accessor.js";

const texts: ReadonlyArray<{ title: string; text: string }> = [
  { title: "emoji of several code points", text: "Family 👩‍👩‍👧‍👦, flag 🏴󠁧󠁢󠁳󠁣󠁴󠁿, skin 👍🏽, keycap 1️⃣." },
  { title: "characters of four bytes", text: "𠜎𠜱𝒳𝕬𐍈🜁" },
  { title: "right-to-left text with digits and marks", text: "\u200fשלום 123 \u202bمرحبا\u202c بالعالم!" },
  { title: "combining marks in both forms", text: "é is not e\u0301; Å Å Å; ổ o\u0302\u0309; Z̸̨a̷l̴g̵o̶" },
  { title: "Han, kana and hangul", text: "東京で会いましょう。서울에서 만나요. 在北京见。" },
  { title: "scripts with clusters", text: "नमस्ते दुनिया ภาษาไทย မြန်မာ" },
  { title: "line breaks of every kind", text: "one\r\ntwo\nthree\rfour\u2028five\u2029six\u0085seven" },
  { title: "spaces at both ends", text: " \t\n padded on both sides \u00a0\u3000\n\n" },
  { title: "control characters other than NUL", text: "bell\u0007 escape\u001b[31m delete\u007f c1\u009f" },
  {
    title: "invisible characters",
    text: "\ufeffbyte order mark, zero\u200bwidth, soft\u00adhyphen, joiner\u200d\u2060",
  },
  { title: "private use, noncharacters and U+FFFD", text: "\ue000 \ufdd0 \uffff \u{10ffff} \ufffd" },
  { title: "text that looks escaped", text: "\\u0000 \\x00 %00 &amp; <script> ${x} {{y}} \\' '' \"" },
];

const sentences = [
  "Завтра мы летим в Москву.",
  "القطة تنام على السرير.",
  "החתול ישן על המיטה.",
  "今日は天気がいいですね。",
  "우리는 내일 바다에 간다.",
  "La niña compró una piñata.",
];

/** Text of any script is kept and found as it is. */
export function describeUnicode(memory: MemoryAccessor): void {
  describe("unicode", () => {
    for (const { title, text } of texts) {
      it(`keeps ${title} exactly`, async () => {
        const namespace = freshNamespace();
        const metadata = { text, [text]: [text] };
        const { id } = await memory().save({ namespace, content: text, metadata });
        expect(await memory().get({ id, namespace })).toMatchObject({ content: text, metadata });
        expect((await memory().list({ namespace, filters: { text } })).memories).toMatchObject([
          { content: text, metadata },
        ]);
        const { results } = await memory().query({ namespace, query: text, mode: { minSimilarity: -1 } });
        for (const hit of results) expect(hit).toMatchObject({ content: text, metadata });
        expect(await memory().delete({ namespace, content: text })).toEqual({ count: 1 });
      });
    }

    it("finds a sentence in any script by itself", async () => {
      const namespace = freshNamespace();
      await memory().saveMany(sentences.map((content) => ({ namespace, content })));
      for (const sentence of sentences) {
        const { results } = await memory().query({ namespace, query: sentence, mode: "fuzzy" });
        expect(results[0]?.content).toBe(sentence);
      }
    });

    it("splits long texts between characters, never inside one", async () => {
      const namespace = freshNamespace();
      const emoji = "👩‍👩‍👧‍👦🗝️𠜎";
      const contents = [
        emoji.repeat(1_200),
        "東京で会いましょう".repeat(800),
        `${"é\u0301".repeat(6_000)} ${longText(20_000)}`,
      ];
      await memory().saveMany(contents.map((content, index) => ({ namespace, id: `${index}`, content })));
      for (const [index, content] of contents.entries()) {
        expect((await memory().get({ id: `${index}`, namespace }))?.content).toBe(content);
      }
      const { results } = await memory().query({ namespace, query: "東京", mode: { minSimilarity: -1 }, k: 100 });
      expect(results.length).toBeGreaterThan(0);
      for (const hit of results) {
        expect(hit.content.isWellFormed()).toBe(true);
        expect(contents[Number(hit.id)]).toContain(hit.content);
      }
    });
  });
}
