import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { settings } from "../packages/server/src/config/settings.js";
import { listFiles, root } from "./lib/list-files.js";

// Docker is not needed here: these tests read the files as far as they can be wrong without it.

const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8").replaceAll("\\\n", " ");
const ignored = readFileSync(join(root, ".dockerignore"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
const files = listFiles();
const variables = new Set(settings.flatMap(({ variable }) => variable ?? []));

function instructions(name: string): string[] {
  return [...dockerfile.matchAll(new RegExp(`^${name} (.*)$`, "gm"))].map(([, rest = ""]) => rest.trim());
}

/** As Docker reads .dockerignore: the last pattern that matches the path or a directory above it wins. */
function isIgnored(path: string): boolean {
  const places = path.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"));
  return ignored.reduce((before, line) => {
    const pattern = line.replace(/^!/, "");
    const source = pattern
      .replaceAll(".", "\\.")
      .replaceAll("**/", "(?:.*/)?")
      .replaceAll(/(?<!\.)\*/g, "[^/]*");
    return places.some((place) => new RegExp(`^${source}$`).test(place)) ? !line.startsWith("!") : before;
  }, false);
}

describe("the Dockerfile", () => {
  const copied = instructions("COPY")
    .filter((rest) => !rest.startsWith("--from"))
    .flatMap((rest) => rest.split(/\s+/).slice(0, -1));

  test("copies only what is there and is not ignored", () => {
    expect(copied).toContain("package-lock.json");
    const missing = copied.filter((path) => !files.some((file) => file === path || file.startsWith(`${path}/`)));
    expect(missing).toEqual([]);
    const inside = files.filter((file) => copied.some((path) => file === path || file.startsWith(`${path}/`)));
    expect(inside.filter(isIgnored)).toEqual([]);
  });

  test("takes nothing along that is secret, built or large", () => {
    for (const path of [
      ".env",
      "packages/server/.env",
      "packages/core/.env.local",
      ".git/config",
      ".persisto/postgres",
    ]) {
      expect(isIgnored(path), path).toBe(true);
    }
    for (const path of [
      "node_modules/pg/index.js",
      "packages/core/dist/index.js",
      "packages/core/node_modules/a/b.js",
    ]) {
      expect(isIgnored(path), path).toBe(true);
    }
  });

  test("has the package.json of every workspace that npm ci asks for", () => {
    const manifests = files.filter((file) => /^(packages\/[^/]+|bench|chaos)\/package\.json$/.test(file));
    const isThere = (file: string) => copied.some((path) => file === path || file.startsWith(`${path}/`));
    expect(manifests.filter((file) => !isThere(file))).toEqual([]);
  });

  test("builds what the server is made of, in that order, and starts it", () => {
    const build = instructions("RUN").find((line) => line.includes("npm run build"));
    const built = [...(build ?? "").matchAll(/--workspace (\S+)/g)].map(([, path]) => path);
    const needed = ["contract", "core", "client", "mcp", "server"];
    expect(built).toEqual(needed.map((name) => `packages/${name}`));
    const program = (JSON.parse(instructions("ENTRYPOINT")[0]!) as string[]).at(-1);
    const { bin } = JSON.parse(readFileSync(join(root, "packages/server/package.json"), "utf8")) as {
      bin: Record<string, string>;
    };
    expect(program).toBe(join("/app/packages/server", bin["persisto-server"]!));
  });

  test("sets only variables that are settings, none of them secret, and does not run as root", () => {
    const names = instructions("ENV").flatMap((rest) => [...rest.matchAll(/(\w+)=/g)].map(([, name = ""]) => name));
    expect(names.filter((name) => !variables.has(name))).toEqual(["NODE_ENV"]);
    const secrets = settings.flatMap(({ variable, secret }) => (secret && variable) || []);
    expect(names.filter((name) => secrets.includes(name))).toEqual([]);
    expect(instructions("USER")).toEqual(["node"]);
  });

  test("asks for health by what answers 0 for a server that is ready, and 1 for any other", async () => {
    const [, command = ""] = /CMD (\[.*\])/.exec(instructions("HEALTHCHECK")[0]!) ?? [];
    const [program, ...options] = JSON.parse(command) as string[];
    expect(program).toBe("node");
    let status = 200;
    const server = createServer((request, response) => {
      response.writeHead(request.url === "/readyz" ? status : 404).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const env = { PORT: String((server.address() as AddressInfo).port) };
    const check = async (): Promise<number> => {
      const [code] = (await once(spawn(process.execPath, options, { env, stdio: "ignore" }), "exit")) as [number];
      return code;
    };
    expect(await check()).toBe(0);
    status = 503;
    expect(await check()).toBe(1);
    server.close();
    await once(server, "close");
    expect(await check()).toBe(1);
  });
});

interface Service {
  build?: string;
  image?: string;
  environment: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
}

describe("docker-compose.yml", () => {
  const text = readFileSync(join(root, "docker-compose.yml"), "utf8");
  const { services } = parse(text) as { services: Record<"persisto" | "postgres", Service> };

  test("runs the server beside the Postgres it waits for", () => {
    expect(Object.keys(services)).toEqual(["persisto", "postgres"]);
    const { build, environment, depends_on: needs } = services.persisto;
    expect(build).toBe(".");
    expect(needs).toEqual({ postgres: { condition: "service_healthy" } });
    const { POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: name } = services.postgres.environment;
    expect(environment["DATABASE_URL"]).toBe(`postgres://${user}:${password}@postgres:5432/${name}`);
  });

  test("sets only variables that are settings, and passes each on under its own name", () => {
    const { DATABASE_URL: _, ...passed } = services.persisto.environment;
    expect(Object.keys(passed).filter((name) => !variables.has(name))).toEqual([]);
    expect(passed).toEqual(Object.fromEntries(Object.keys(passed).map((name) => [name, `\${${name}:-}`])));
  });

  test("opens ports on the loopback only", () => {
    const published = [...text.matchAll(/^ +- "([^"]*:\d+)"$/gm)].map(([, port = ""]) => port);
    expect(published).toHaveLength(2);
    expect(published.filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
  });
});
