import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** @typedef {import("./home.mjs").Home} Home */

const version = "17";
/** The Debian release that has PostgreSQL 17 with pgvector. Its own C library comes along, so any Debian can run it. */
const release = "trixie";
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** PostgreSQL, pgvector and every library they load. LLVM is left out (see `removeUnused`). */
const packages = `
  postgresql-17 postgresql-17-pgvector postgresql-client-17
  libaudit1 libbsd0 libc6 libcap-ng0 libcap2 libcom-err2 libedit2 libgcc-s1 libgcrypt20 libgpg-error0 libgssapi-krb5-2
  libicu76 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libldap2 liblz4-1 liblzma5 libmd0 libpam0g libpq5
  libreadline8t64 libsasl2-2 libssl3t64 libstdc++6 libsystemd0 libtinfo6 libxml2 libzstd1 zlib1g
`
  .trim()
  .split(/\s+/);

const programs = ["postgres", "initdb", "pg_ctl", "psql", "pg_dump", "pg_restore"];

/**
 * The directory of PostgreSQL's programs.
 *
 * @param {Home} home
 */
export function programDirectory(home) {
  return join(home.directory, version, "usr", "lib", "postgresql", version, "bin");
}

/**
 * Downloads and unpacks Debian's packages below `home`, once. Changes nothing of the system.
 *
 * @param {Home} home
 * @throws Error where this cannot work, with what to do instead
 */
export function install(home) {
  const target = join(home.directory, version);
  if (existsSync(target)) {
    // By an earlier version of this script, which wrapped fewer.
    wrapPrograms(target);
    return;
  }
  requireDebian();
  console.error(`Installing PostgreSQL ${version} with pgvector into ${target}; this happens once.`);
  const work = join(home.directory, "installing");
  const tree = join(work, "tree");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  for (const file of download(work)) run("dpkg-deb", ["-x", file, tree]);
  removeUnused(tree);
  wrapPrograms(tree);
  renameSync(tree, target);
  rmSync(work, { recursive: true });
}

function requireDebian() {
  const missing = [
    ...["apt-get", "dpkg-deb"].filter((tool) => spawnSync(tool, ["--version"]).status !== 0),
    ...(existsSync(keyring) ? [] : [keyring]),
  ];
  if (missing.length === 0) return;
  throw new Error(
    `This script installs PostgreSQL on Debian only (missing here: ${missing.join(", ")}). ` +
      "With Docker, docker-compose.yml starts one: see the comment in it, then set DATABASE_URL.",
  );
}

/**
 * @param {string} work
 * @returns {string[]} the downloaded packages
 */
function download(work) {
  const debs = join(work, "debs");
  for (const name of ["lists/partial", "cache/archives/partial", "debs"])
    mkdirSync(join(work, name), { recursive: true });
  const sources = join(work, "sources.list");
  writeFileSync(sources, `deb [signed-by=${keyring}] ${mirror()} ${release} main\n`);
  const options = {
    "Dir::Etc::SourceList": sources,
    "Dir::Etc::SourceParts": "-",
    "Dir::State::Lists": join(work, "lists"),
    // No package counts as installed, so none is left out.
    "Dir::State::Status": "/dev/null",
    "Dir::Cache": join(work, "cache"),
    "APT::Sandbox::User": "root",
    "Acquire::Retries": "3",
    "Acquire::Languages": "none",
  };
  const flags = ["-qq", ...Object.entries(options).map(([name, value]) => `-o${name}=${value}`)];
  run("apt-get", [...flags, "update"]);
  run("apt-get", [...flags, "download", ...packages], debs);
  return readdirSync(debs).map((name) => join(debs, name));
}

/** The Debian mirror this machine uses, else the official one. */
function mirror() {
  const files = ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"].filter((file) => existsSync(file));
  const urls = files.flatMap(
    (file) => readFileSync(file, "utf8").match(/^(?!#).*\bhttps?:\/\/\S+\/debian\/?(?=\s|$)/gm) ?? [],
  );
  return urls[0]?.match(/https?:\S+/)?.[0] ?? "http://deb.debian.org/debian";
}

/**
 * Without libLLVM every query that wants to be compiled would fail on loading llvmjit.so; without
 * llvmjit.so Postgres just does not compile.
 *
 * @param {string} tree
 */
function removeUnused(tree) {
  const library = join("usr", "lib", "postgresql", version, "lib");
  const unused = [
    join(library, "llvmjit.so"),
    join(library, "bitcode"),
    ...["doc", "man", "locale"].map((name) => join("usr", "share", name)),
  ];
  for (const path of unused) rmSync(join(tree, path), { recursive: true, force: true });
}

/**
 * Replaces each program by a script that runs it with the libraries next to it, wherever the tree is.
 *
 * @param {string} tree
 */
function wrapPrograms(tree) {
  const libraries = readdirSync(join(tree, "usr", "lib")).find((name) => name.endsWith("-linux-gnu"));
  const loader = readdirSync(join(tree, "usr", "lib", libraries ?? "")).find((name) => /^ld-linux.*\.so/.test(name));
  if (libraries === undefined || loader === undefined)
    throw new Error(`Debian's libc6 has no loader for ${process.arch}.`);
  const bin = join(tree, "usr", "lib", "postgresql", version, "bin");
  for (const program of programs.filter((name) => !existsSync(join(bin, `.${name}`)))) {
    renameSync(join(bin, program), join(bin, `.${program}`));
    const script = [
      "#!/bin/sh",
      'here=$(dirname "$0")',
      `libraries=$here/../../../${libraries}`,
      `exec "$libraries/${loader}" --argv0 "$0" --library-path "$libraries" "$here/.${program}" "$@"`,
    ];
    writeFileSync(join(bin, program), `${script.join("\n")}\n`);
    chmodSync(join(bin, program), 0o755);
  }
}

/**
 * @param {string} command
 * @param {string[]} options
 * @param {string} [cwd]
 */
function run(command, options, cwd) {
  const { status, error, stdout, stderr } = spawnSync(command, options, { cwd, encoding: "utf8" });
  if (status === 0) return;
  const why = error?.message ?? `${stdout}${stderr}`.trim();
  throw new Error(`${command} failed while installing PostgreSQL: ${why}`);
}
