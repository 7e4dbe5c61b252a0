import { expect, test } from "vitest";
import { modelCacheDirectory } from "./model-cache-directory.js";

test.each([
  ["linux", {}, ".cache"],
  ["linux", { XDG_CACHE_HOME: "/cache" }, "/cache"],
  ["linux", { XDG_CACHE_HOME: "" }, ".cache"],
  ["darwin", { XDG_CACHE_HOME: "/cache" }, "Library/Caches"],
  ["win32", { LOCALAPPDATA: "/data" }, "/data"],
  ["win32", {}, "AppData/Local"],
] as const)("on %s with %j models are kept in %s", (platform, env, folder) => {
  const directory = modelCacheDirectory({ platform, env, home: "/somebody" }).replaceAll("\\", "/");
  expect(directory).toBe(`${folder.startsWith("/") ? folder : `/somebody/${folder}`}/persisto/models`);
});
