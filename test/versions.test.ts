import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readManifests, readPythonVersion } from "../scripts/release/read-manifests.mjs";
import { root } from "./lib/list-files.js";
import { freePort, startServerProcess, type ServerProcess } from "./lib/server-process.js";

type Manifest = { name: string; version: string; private?: boolean } & Partial<
  Record<"dependencies" | "devDependencies" | "peerDependencies", Record<string, string>>
>;

const run = promisify(execFile);
const manifests = readManifests();
const { version } = manifests[0]!;

describe("the version", () => {
  test("is the same for every package, what they ask of each other, the lock and the Python SDK", () => {
    expect(disagreeing(manifests, version)).toEqual([]);
    const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
      packages: Record<string, Manifest>;
    };
    expect(manifests.filter(({ folder }) => packages[folder]?.version !== version)).toEqual([]);
    expect(readPythonVersion()).toBe(version);
  });

  test("moves together: a changeset for one package is the next minor version of all, not the first major one", async () => {
    const copy = mkdtempSync(join(tmpdir(), "persisto-versions-"));
    try {
      const files = ["package.json", "package-lock.json", ...manifests.map(({ folder }) => `${folder}/package.json`)];
      for (const file of [...files, ".changeset/config.json"]) cpSync(join(root, file), join(copy, file));
      writeFileSync(join(copy, ".changeset/one.md"), '---\n"@persisto/core": minor\n---\n\nA change.\n');
      await run(process.execPath, [join(root, "node_modules/@changesets/cli/bin.js"), "version"], { cwd: copy });

      const [major, minor] = version.split(".").map(Number) as [number, number];
      const changed = manifests.map(({ folder }) => read(join(copy, folder, "package.json")));
      expect(disagreeing(changed, `${major}.${minor + 1}.0`)).toEqual([]);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  describe("is what users are told", () => {
    let server: ServerProcess;
    let metricsPort: number;

    beforeAll(async () => {
      metricsPort = await freePort();
      server = await startServerProcess({ environment: { PERSISTO_METRICS_PORT: String(metricsPort) } });
    });

    afterAll(async () => {
      await server?.end("SIGTERM");
    });

    test("by the command line", async () => {
      const { stdout } = await run(process.execPath, [join(root, "packages/cli/dist/main.js"), "--version"]);
      expect(stdout).toBe(`${version}\n`);
    });

    test("by the server when it starts", async () => {
      await expect.poll(() => server.output()).toContain(`Persisto ${version}`);
    });

    test("by /openapi.json", async () => {
      const response = await fetch(`${server.baseUrl}/openapi.json`);
      expect(await response.json()).toMatchObject({ info: { version } });
    });

    test("by the metrics", async () => {
      const response = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
      expect(await response.text()).toContain(`persisto_build_info{version="${version}"`);
    });

    test("by the MCP server", async () => {
      const response = await fetch(`${server.baseUrl}/mcp`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${server.apiKey}`,
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
        },
        body: JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          method: "initialize",
          params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } },
        }),
      });
      expect(await response.text()).toMatch(
        new RegExp(`"serverInfo":{[^}]*"version":"${version.replaceAll(".", "\\.")}"`),
      );
    });
  });
});

/** Packages of another version, and what packages ask for that is not exactly it; a peer may be asked for as a range. */
function disagreeing(all: Manifest[], wanted: string): string[] {
  return all.flatMap((manifest) => {
    const asked = Object.entries({ ...manifest.devDependencies, ...manifest.dependencies });
    return [
      ...(manifest.version === wanted ? [] : [`${manifest.name} is ${manifest.version}`]),
      ...asked
        .filter(([name, range]) => name.startsWith("@persisto/") && range !== wanted)
        .map(([name, range]) => `${manifest.name} asks for ${name} ${range}`),
    ];
  });
}

function read(file: string): Manifest {
  return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}
