import { describe, expect, it } from "vitest";
import { resolveOptions } from "./options.js";

describe("resolveOptions", () => {
  it("keeps memories in the process unless told where", () => {
    expect(resolveOptions({})).toMatchObject({ database: { kind: "memory" }, embedders: [], sweepIntervalMs: 60_000 });
  });

  it("tells a directory from a server", () => {
    expect(resolveOptions({ dataDir: "./data" }).database).toEqual({ kind: "directory", dataDir: "./data" });
    const databaseUrl = "postgresql://localhost/app";
    expect(resolveOptions({ databaseUrl }).database).toEqual({ kind: "server", databaseUrl });
  });

  it.each([
    [{ dataDir: "x", databaseUrl: "postgres://x" }, "databaseUrl"],
    [{ dataDir: "" }, "dataDir"],
    [{ databaseUrl: "mysql://x" }, "databaseUrl"],
    [{ embedder: { id: "x", dimensions: 0, embed: async () => [] } }, "embedder.dimensions"],
    [{ embedder: { id: "", dimensions: 3, embed: async () => [] } }, "embedder.id"],
    [{ sweepIntervalSeconds: 0 }, "sweepIntervalSeconds"],
    [{ sweepIntervalSeconds: Number.POSITIVE_INFINITY }, "sweepIntervalSeconds"],
    [{ sweepIntervalSeconds: 3_000_000 }, "sweepIntervalSeconds"],
    [{ sweepIntervalSeconds: Number.NaN }, "sweepIntervalSeconds"],
  ])("refuses %j, naming %s", (options, field) => {
    expect(() => resolveOptions(options)).toThrow(
      expect.objectContaining({ details: { issues: [expect.objectContaining({ field })] } }),
    );
  });
});
