import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";

/** A Git repository on this machine. */
export interface Repository {
  name: string;
  /** Where its passages are kept; another one for every path and URL. */
  namespace: string;
  /** The folder of its files. */
  root: string;
  /** Its pages on GitHub at this commit, without a slash at the end; null for a path and for other hosts. */
  gitHubUrl: string | null;
}

/** A path, or a URL that is cloned without its history, and brought up to date when it was cloned before. */
export async function openRepository(source: string, cacheDirectory: string): Promise<Repository> {
  const isUrl = /^(https?|ssh|git|file):\/\/|^[\w.-]+@[\w.-]+:/.test(source);
  const place = isUrl ? source.replace(/\/+$/, "") : resolve(source);
  const name = basename(place.replace(/\.git$/, "")) || "repository";
  const namespace = `${name.replaceAll(/[^\w.-]/g, "-").slice(0, 60)}-${sha256(place).slice(0, 12)}`;
  if (!isUrl && !existsSync(place)) throw new Error(`There is no ${place}. Give a path or a URL of a Git repository.`);
  const root = isUrl ? await cloneOrUpdate(place, join(cacheDirectory, "clones", namespace)) : place;
  const commit = await git(root, "rev-parse", "--verify", "HEAD").catch((cause: unknown) => {
    throw new Error(`${place} is no Git repository with a commit: ${String(cause)}`, { cause });
  });
  return { name, namespace, root, gitHubUrl: isUrl ? gitHubUrl(place, commit.trim()) : null };
}

/** What Git says. @throws Error with its complaint. */
export async function git(directory: string, ...parameters: string[]): Promise<string> {
  // A repository's own settings name programs that Git runs; this is the one that reading would start.
  const all = ["-C", directory, "-c", "core.fsmonitor=false", ...parameters];
  try {
    const { stdout } = await promisify(execFile)("git", all, { maxBuffer: 256 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(`git ${parameters[0]} failed: ${stderr?.trim() || message}`, { cause: error });
  }
}

/** In hexadecimal digits. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function cloneOrUpdate(url: string, directory: string): Promise<string> {
  if (!existsSync(join(directory, ".git"))) {
    await mkdir(directory, { recursive: true });
    console.log(`Cloning ${url}`);
    await git(directory, "clone", "--quiet", "--depth", "1", "--", url, ".");
    return directory;
  }
  try {
    await git(directory, "fetch", "--quiet", "--depth", "1", "origin", "HEAD");
    await git(directory, "reset", "--quiet", "--hard", "FETCH_HEAD");
  } catch (error) {
    console.warn(`It could not be brought up to date and is read as it was: ${String(error)}`);
  }
  return directory;
}

/** Where GitHub shows the files of a repository that is cloned from there, by its page, with SSH or with a token. */
export function gitHubUrl(url: string, commit: string): string | null {
  const [, owner, repository] =
    /^(?:\w+:\/\/)?(?:[^/]*@)?github\.com[/:]([\w.-]+)\/([\w.-]+?)(?:\.git)?$/.exec(url) ?? [];
  return owner && repository ? `https://github.com/${owner}/${repository}/blob/${commit}` : null;
}
