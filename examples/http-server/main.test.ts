import { expect, it, vi } from "vitest";

it("saves and finds over HTTP, and ends", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await import("./main.js");
  expect(log.mock.calls).toEqual([["Ada moved to Lisbon in May."]]);
  log.mockRestore();
});
