import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { git } from "./open-repository.js";

/** A Git repository in a temporary folder, for the tests. */
export interface TestRepository {
  folder: string;
  /** Writes files by path and commits everything. */
  commit(files: Readonly<Record<string, string | Buffer>>): Promise<void>;
  remove(): Promise<void>;
}

export async function createTestRepository(): Promise<TestRepository> {
  const folder = await mkdtemp(join(tmpdir(), "persisto-chatbot-"));
  await git(folder, "init", "--quiet");
  return {
    folder,
    async commit(files) {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
      const author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgSign=false"];
      await git(folder, "add", "--all");
      await git(folder, ...author, "commit", "--quiet", "--message", "Work");
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
