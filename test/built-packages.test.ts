import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { root } from "./lib/list-files.js";

type Manifest = Partial<
  Record<"bin" | "dependencies" | "engines" | "exports" | "peerDependencies" | "scripts", Record<string, unknown>>
> & { name: string; private?: boolean; types?: string };

const published = readdirSync(join(root, "packages")).filter((name) => manifestOf(name).private !== true);

test.each(published)("what is built of %s, types too, imports only what its users install with it", (name) => {
  const folder = join(root, "packages", name);
  const manifest = manifestOf(name);
  const declared = [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {})];
  const known = new Set([...declared, ...builtinModules, manifest.name]);

  const files = readdirSync(join(folder, "dist"), { recursive: true, encoding: "utf8" });
  const built = files.filter((file) => /\.(js|cjs|d\.ts|d\.cts)$/.test(file));
  expect(built).not.toEqual([]);
  const unknown = built.flatMap((file) =>
    importedBy(join(folder, "dist", file))
      .filter((imported) => !known.has(imported))
      .map((imported) => `${file} imports ${imported}`),
  );
  expect(unknown).toEqual([]);
});

test.each(published)("%s is packed with a README, a licence and what it says of itself", (name) => {
  const folder = join(root, "packages", name);
  for (const file of ["README.md", "LICENSE"]) expect(existsSync(join(folder, file))).toBe(true);
  const manifest = manifestOf(name);
  expect(manifest).toMatchObject({
    description: expect.any(String),
    license: "Apache-2.0",
    repository: { type: "git", directory: `packages/${name}` },
    engines: { node: manifestOf("core").engines?.["node"] },
    sideEffects: expect.any(Boolean),
    exports: expect.any(Object),
    files: expect.arrayContaining(["dist"]),
    publishConfig: { access: "public", provenance: true },
  });
  const hasModule = Object.hasOwn(manifest.exports ?? {}, ".");
  expect(hasModule ? manifest.types : manifest.bin).toBeDefined();
});

test.each(published)("installing %s runs nothing", (name) => {
  const atInstall = ["preinstall", "install", "postinstall", "prepare"];
  expect(Object.keys(manifestOf(name).scripts ?? {}).filter((script) => atInstall.includes(script))).toEqual([]);
});

test.each(["client", "langchain", "llamaindex", "ai-sdk"])(
  "%s has no dependency, so that none is forced on its users",
  (name) => {
    expect(manifestOf(name).dependencies).toBeUndefined();
  },
);

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")) as Manifest;
}

/** The packages that a file imports, `node:` left out. */
function importedBy(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"), true, true);
  const specifiers = importedFiles
    .map(({ fileName }) => fileName)
    .filter((specifier) => !/^(\.|node:)/.test(specifier));
  return specifiers.map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)![0]);
}
