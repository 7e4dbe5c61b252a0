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
    expect(resolveOptions({ databaseUrl, poolSize: 5 }).database).toEqual({ kind: "server", databaseUrl, poolSize: 5 });
  });

  it("fills in how a store behaves, also beside options that are undefined", () => {
    const defaults = {
      language: "english",
      profiles: {},
      defaultProfile: "strict",
      defaultTtlSeconds: null,
      namespaceTtlSeconds: {},
      history: { store: "text", retentionDays: null },
    };
    expect(resolveOptions({ history: {} }).settings).toEqual(defaults);
    expect(resolveOptions({ defaultProfile: undefined, history: { store: undefined } }).settings).toEqual(defaults);
    const own = { profiles: { mine: { k: 3 } }, defaultProfile: "mine", history: { retentionDays: 30 } };
    expect(resolveOptions(own).settings).toMatchObject({ ...own, history: { store: "text", retentionDays: 30 } });
  });

  it.each([
    [{ dataDir: "x", databaseUrl: "postgres://x" }, "databaseUrl"],
    [{ dataDir: "" }, "dataDir"],
    [{ databaseUrl: "mysql://x" }, "databaseUrl"],
    [{ databaseUrl: "postgres://x", poolSize: 0 }, "poolSize"],
    [{ databaseUrl: "postgres://x", poolSize: 2.5 }, "poolSize"],
    [{ dataDir: "x", poolSize: 5 }, "poolSize"],
    [{ embedder: { id: "x", dimensions: 0, embed: async () => [] } }, "embedder.dimensions"],
    [{ embedder: { id: "", dimensions: 3, embed: async () => [] } }, "embedder.id"],
    [{ sweepIntervalSeconds: 0 }, "sweepIntervalSeconds"],
    [{ sweepIntervalSeconds: Number.POSITIVE_INFINITY }, "sweepIntervalSeconds"],
    [{ sweepIntervalSeconds: 3_000_000 }, "sweepIntervalSeconds"],
    [{ sweepIntervalSeconds: Number.NaN }, "sweepIntervalSeconds"],
    [{ language: "klingon" as "english" }, "language"],
    [{ profiles: { strict: { k: 3 } } }, "profiles.strict"],
    [{ profiles: { mine: { k: 0 } } }, "profiles.mine.k"],
    [{ profiles: { mine: { name: "yours" } } }, "profiles.mine.name"],
    [{ profiles: { mine: { colour: "red" } as object } }, "profiles.mine.colour"],
    [{ profiles: { mine: {} }, defaultProfile: "yours" }, "defaultProfile"],
    [{ defaultProfile: "toString" }, "defaultProfile"],
    [{ defaultTtlSeconds: 0 }, "defaultTtlSeconds"],
    [{ namespaceTtlSeconds: { "user:*": 0.5 } }, "namespaceTtlSeconds.user:*"],
    [{ namespaceTtlSeconds: { "": 5 } }, "namespaceTtlSeconds."],
    [{ history: { store: "all" as "text" } }, "history.store"],
    [{ history: { retentionDays: 0 } }, "history.retentionDays"],
  ])("refuses %j, naming %s", (options, field) => {
    expect(() => resolveOptions(options)).toThrow(
      expect.objectContaining({ details: { issues: [expect.objectContaining({ field })] } }),
    );
  });
});
