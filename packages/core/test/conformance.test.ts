import { describeEmbedder, describeMemory, describeProjectIsolation } from "@persisto/conformance";
import { describe } from "vitest";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import { staticEmbedder } from "../src/embedders/static/static-embedder.js";
import { backends } from "./backends.js";

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(title, () => {
    const open = async (): Promise<{ persisto: Persisto; close(): Promise<void> }> => {
      const database = await backend.create();
      const persisto = await createPersisto(database.options);
      const close = async (): Promise<void> => {
        await persisto.close();
        await database.drop();
      };
      return { persisto, close };
    };

    describeMemory(backend.name, async () => {
      const { persisto, close } = await open();
      return { memory: persisto, dimensions: 256, close };
    });

    for (const side of ["first", "second"]) {
      describeMemory(`${backend.name}, the ${side} of two projects side by side`, async () => {
        const { persisto, close } = await open();
        // The other one is not empty, so that anything that leaks shows.
        const other = persisto.project(side === "first" ? "second" : "first");
        await other.save({ namespace: "demo-agent", id: "1", content: "Belongs to the other project." });
        await other.query({ namespace: "demo-agent", query: "other" });
        return { memory: persisto.project(side), dimensions: 256, close };
      });
    }

    describeProjectIsolation(backend.name, async () => {
      const { persisto, close } = await open();
      return { a: persisto.project("a"), b: persisto.project("b"), close };
    });
  });
}

describeEmbedder("built in", staticEmbedder);
