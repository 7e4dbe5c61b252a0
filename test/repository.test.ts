import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { missingPlatformEntries, type Lock } from "../scripts/fix-lock.mjs";
import { listFiles, root } from "./lib/list-files.js";

const sourceLineLimit = 400;
const files = listFiles();

describe("what is written here", () => {
  test("names no path of somebody's machine", () => {
    const homes = /(?<![\w.})\]-])\/(?:home|root|Users|work)\/[\w.-]+/;
    const here = [root, homedir()].filter((path) => path.split("/").length > 2);
    const isText = (file: string) => !/\.(bin|png|ico|woff2?|gz|tgz)$/.test(file);
    const offenders = files.filter((file) => {
      if (!isText(file)) return false;
      const text = read(file);
      return homes.test(text) || here.some((path) => text.includes(path));
    });
    expect(offenders).toEqual([]);
  });

  test(`has no source file of more than ${sourceLineLimit} lines`, () => {
    const isSource = /(^scripts\/|^test\/|\/src\/|\/tests?\/).*\.(ts|tsx|mjs|sql|py)$/;
    const tooLong = files.filter((file) => isSource.test(file) && read(file).split("\n").length > sourceLineLimit + 1);
    expect(tooLong).toEqual([]);
  });

  test("has no exclusive and no unwritten test", () => {
    const marked = /\b(?:describe|test|it|suite)\.(?:only|todo)\b/;
    expect(files.filter((file) => file.endsWith(".test.ts") && marked.test(read(file)))).toEqual([]);
  });
});

describe("package-lock.json", () => {
  const lock: Lock = JSON.parse(read("package-lock.json"));

  test("has the packages of every platform (else: node scripts/fix-lock.mjs)", () => {
    expect(Object.keys(missingPlatformEntries(lock))).toEqual([]);
  });

  test("names no registry, so that everybody's own is used", () => {
    const entries = Object.entries(lock.packages);
    const resolved = entries.filter(([, entry]) => entry.resolved !== undefined && entry.link !== true);
    expect(resolved.map(([place]) => place)).toEqual([]);
  });

  test("has a platform for each package that fix-lock adds", () => {
    const packages = {
      "node_modules/tool": {
        dev: true,
        optionalDependencies: {
          "@tool/darwin-64": "1.0.0",
          "@tool/binding-linux-x64-musl": "1.0.0",
          "@tool/win32-arm64": "1.0.0",
          "@tool/linux-arm-gnueabihf": "1.0.0",
          "@tool/wasm32-wasi": "1.0.0",
          "any-version": "^1.0.0",
        },
      },
    };
    expect(missingPlatformEntries({ packages })).toEqual({
      "node_modules/@tool/darwin-64": { version: "1.0.0", cpu: ["x64"], dev: true, optional: true, os: ["darwin"] },
      "node_modules/@tool/binding-linux-x64-musl": {
        version: "1.0.0",
        cpu: ["x64"],
        dev: true,
        libc: ["musl"],
        optional: true,
        os: ["linux"],
      },
      "node_modules/@tool/win32-arm64": { version: "1.0.0", cpu: ["arm64"], dev: true, optional: true, os: ["win32"] },
      "node_modules/@tool/linux-arm-gnueabihf": {
        version: "1.0.0",
        cpu: ["arm"],
        dev: true,
        libc: ["glibc"],
        optional: true,
        os: ["linux"],
      },
      "node_modules/@tool/wasm32-wasi": { version: "1.0.0", dev: true, optional: true },
    });
  });
});

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}
