import { homedir } from "node:os";
import { join } from "node:path";

/** What decides where caches are kept. */
export interface CacheSurroundings {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
}

/** Folder of downloaded models in the user's cache directory, as each system has it. */
export function modelCacheDirectory(
  { platform, env, home }: CacheSurroundings = { platform: process.platform, env: process.env, home: homedir() },
): string {
  return join(cacheDirectory(), "persisto", "models");

  function cacheDirectory(): string {
    if (platform === "darwin") return join(home, "Library", "Caches");
    if (platform === "win32") return env["LOCALAPPDATA"] || join(home, "AppData", "Local");
    return env["XDG_CACHE_HOME"] || join(home, ".cache");
  }
}
