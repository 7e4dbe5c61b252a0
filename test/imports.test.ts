import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./lib/list-files.js";
import { readImports, type Import } from "./lib/read-imports.js";

/** Which packages of ours the sources of each package may import. */
const mayImport: Record<string, readonly string[]> = {
  contract: [],
  core: ["contract"],
  client: ["contract"],
  conformance: ["contract"],
  "adapter-kit": ["contract"],
  langchain: ["adapter-kit", "contract"],
  llamaindex: ["adapter-kit", "contract"],
  mcp: ["adapter-kit", "contract"],
  server: ["contract", "mcp"],
  "ai-sdk": ["adapter-kit", "contract"],
  cli: ["client", "contract", "mcp", "server"],
};

const core = "packages/core/src/";
const imports = readImports();

test("every package has a rule", () => {
  expect(readdirSync(join(root, "packages")).toSorted()).toEqual(Object.keys(mayImport).toSorted());
});

test("a package imports only the packages it may", () => {
  expectNone(({ from, to }) => {
    const [, target] = /^@persisto\/([^/]+)/.exec(to) ?? [];
    const isServersProgram = from === "packages/server/src/program.ts" && target === "core";
    // Core is the user's own there: an optional peer, whose function is given another name.
    const isAiSdksEmbedder = from === "packages/ai-sdk/src/embedder-from-ai-sdk.ts" && target === "core";
    // On stdio it is a program of its own, which opens the memory that its environment names.
    const isMcpsStore = from === "packages/mcp/src/open-memory.ts" && (target === "core" || target === "client");
    const isException = isServersProgram || isAiSdksEmbedder || isMcpsStore;
    return target !== undefined && !isException && !mayImport[packageOf(from)]?.includes(target);
  });
});

test("a package declares every package it imports", () => {
  const declared = new Map(Object.keys(mayImport).map((name) => [name, new Set(declaredBy(name))]));
  expectNone(({ from, to }) => {
    const [name = ""] = /^(@[^/]+\/)?[^/]+/.exec(to) ?? [];
    return !isOurs(to) && !to.startsWith("node:") && declared.get(packageOf(from))?.has(name) !== true;
  });
});

test("a package reaches another by its name, not by a path", () => {
  expectNone(({ from, to }) => isOurs(to) && !to.startsWith(`packages/${packageOf(from)}/`));
});

test("the main entry of the contract needs no other package", () => {
  const http = "packages/contract/src/http/";
  expectNone(
    ({ from, to }) =>
      from.startsWith("packages/contract/src/") && !from.startsWith(http) && (!isOurs(to) || to.startsWith(http)),
  );
});

test("the client runs in a browser: it imports nothing of Node", () => {
  expectNone(({ from, to }) => from.startsWith("packages/client/src/") && to.startsWith("node:"));
});

test("no room of the engine imports engine/ or create-persisto", () => {
  const isRoom = (file: string) => file.startsWith(core) && file.slice(core.length).includes("/");
  expectNone(
    ({ from, to }) =>
      isRoom(from) &&
      (to === `${core}create-persisto.ts` ||
        to === `${core}index.ts` ||
        (to.startsWith(`${core}engine/`) && !from.startsWith(`${core}engine/`))),
  );
});

test("engine/ calls only pure rooms; everything else comes to it as an interface", () => {
  const pure = ["engine/", "chunking/", "lexical/", "paging/", "retrieval/"].map((room) => core + room);
  const neverEvenTypes = ["store/postgres/", "store/clients/", "store/sql-client"].map((path) => core + path);
  expectNone(
    ({ from, to, typeOnly }) =>
      from.startsWith(`${core}engine/`) &&
      (startsWithAny(to, neverEvenTypes) || (isOurs(to) && !typeOnly && !startsWithAny(to, pure))),
  );
});

test("chunking/, lexical/ and retrieval/ import only the contract, and what words are reduced by", () => {
  for (const room of ["chunking/", "lexical/", "retrieval/"].map((name) => core + name)) {
    const allowed = [room, "@persisto/contract", ...(room === `${core}lexical/` ? ["@orama/"] : [])];
    expectNone(({ from, to }) => from.startsWith(room) && !startsWithAny(to, allowed));
  }
});

test("store/postgres knows no driver, only the interfaces of the store and pure rooms", () => {
  const room = `${core}store/postgres/`;
  const interfaces = [
    "store/sql-client.ts",
    "store/store.ts",
    "store/access-store.ts",
    "store/shared-buckets.ts",
    "tenancy/scope.ts",
  ].map((file) => core + file);
  const pure = ["lexical/", "retrieval/"].map((name) => core + name);
  const allowed = [room, ...interfaces, ...pure, "@persisto/contract", "node:"];
  expectNone(({ from, to }) => from.startsWith(room) && !startsWithAny(to, allowed));
});

function expectNone(isForbidden: (line: Import) => boolean): void {
  expect(imports.filter(isForbidden).map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
}

/** The packages a package.json names, of every kind: what is bundled or only a type is a development dependency. */
function declaredBy(name: string): string[] {
  const manifest: Record<string, unknown> = JSON.parse(
    readFileSync(join(root, "packages", name, "package.json"), "utf8"),
  );
  const kinds = ["dependencies", "peerDependencies", "optionalDependencies", "devDependencies"];
  return kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}));
}

function packageOf(file: string): string {
  return file.split("/")[1] ?? "";
}

/** Whether an import goes to a file of this repository. */
function isOurs(to: string): boolean {
  return to.startsWith("packages/");
}

function startsWithAny(text: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => text.startsWith(prefix));
}
