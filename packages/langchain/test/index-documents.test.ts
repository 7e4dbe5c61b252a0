import { Document } from "@langchain/core/documents";
import { index } from "@langchain/core/indexing";
import { expect, it } from "vitest";
import { PersistoVectorStore } from "../src/index.js";
import { describeOnMemories } from "../../../test/lib/describe-on-memories.js";
import { InMemoryRecordManager } from "./record-manager.js";

const page = (source: string, pageContent: string) => new Document({ pageContent, metadata: { source } });
const [a1, a2, b1] = [page("a", "First part."), page("a", "Second part."), page("b", "Another page.")] as const;

describeOnMemories("LangChain's index()", (place) => {
  function setUp() {
    const vectorStore = new PersistoVectorStore(place());
    const recordManager = new InMemoryRecordManager();
    type Options = NonNullable<Parameters<typeof index>[0]["options"]>;
    return {
      run: (docsSource: Document[], options: Options = {}) =>
        index({ docsSource, recordManager, vectorStore, options: { sourceIdKey: "source", ...options } }),
      texts: async () =>
        (await vectorStore.similaritySearch("page", 100)).map(({ pageContent }) => pageContent).toSorted(),
    };
  }

  it("adds what is new and skips what is there", async () => {
    const { run, texts } = setUp();
    expect(await run([a1, a2])).toEqual({ numAdded: 2, numUpdated: 0, numDeleted: 0, numSkipped: 0 });
    expect(await run([a1, a2, b1])).toEqual({ numAdded: 1, numUpdated: 0, numDeleted: 0, numSkipped: 2 });
    expect(await texts()).toEqual(["Another page.", "First part.", "Second part."]);
  });

  it("without clean-up leaves what is no longer in the source", async () => {
    const { run, texts } = setUp();
    await run([a1, b1]);
    await run([b1]);
    expect(await texts()).toEqual(["Another page.", "First part."]);
  });

  it("with incremental clean-up deletes what its own source no longer has", async () => {
    const { run, texts } = setUp();
    await run([a1, a2, b1], { cleanup: "incremental" });
    expect(await run([a2], { cleanup: "incremental" })).toMatchObject({ numDeleted: 1, numSkipped: 1 });
    expect(await texts()).toEqual(["Another page.", "Second part."]);
  });

  it("with full clean-up deletes all that is no longer there", async () => {
    const { run, texts } = setUp();
    await run([a1, a2, b1], { cleanup: "full" });
    expect(await run([a2], { cleanup: "full" })).toMatchObject({ numDeleted: 2, numSkipped: 1 });
    expect(await texts()).toEqual(["Second part."]);
    expect(await run([], { cleanup: "full" })).toMatchObject({ numDeleted: 1 });
    expect(await texts()).toEqual([]);
  });

  it("writes again what is there when it is forced to", async () => {
    const { run, texts } = setUp();
    await run([a1]);
    expect(await run([a1], { forceUpdate: true })).toMatchObject({ numAdded: 0, numUpdated: 1 });
    expect(await texts()).toEqual(["First part."]);
  });
});
