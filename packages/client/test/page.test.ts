import { afterEach, expect, test, vi } from "vitest";
import { PersistoClient } from "../src/index.js";
import { startStubServer } from "./stub-server.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("in a page of another origin, no answer asks whether that is let in", async () => {
  const gone = await startStubServer();
  await gone.stop();
  const client = new PersistoClient({ apiKey: "psto_live_key", baseUrl: gone.url, maxRetries: 0 });
  vi.stubGlobal("location", { origin: "https://app.example" });
  await expect(client.list()).rejects.toThrow(
    /is it running\? .* let pages of https:\/\/app\.example in \(PERSISTO_CORS_ORIGINS\)\?$/,
  );
  vi.stubGlobal("location", { origin: gone.url });
  await expect(client.list()).rejects.toThrow(/is it running\?$/);
});
