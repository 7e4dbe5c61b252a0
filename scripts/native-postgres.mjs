// A throw-away PostgreSQL 17 with pgvector for tests and benchmarks, inside this checkout. Usage:
//   node scripts/native-postgres.mjs start [name] [port]   prints DATABASE_URL=...; what runs already is reused
//   node scripts/native-postgres.mjs url [name]            prints DATABASE_URL=... of one that runs
//   node scripts/native-postgres.mjs halt|crash [name]     ends it, in order or with SIGKILL; `start` starts it again
//   node scripts/native-postgres.mjs stop [name]           stops it and deletes its data
// A name keeps several apart. The programs are installed once and kept, in .postgres.
import { join } from "node:path";
import { exclusive } from "./exclusive.mjs";
import { crashCluster, haltCluster, runningUrl, startCluster, stopCluster } from "./native-postgres/cluster.mjs";
import { createHome, findHome } from "./native-postgres/home.mjs";
import { install } from "./native-postgres/install.mjs";

const [verb, name = "default", port] = process.argv.slice(2);

try {
  process.exitCode = run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @returns {number} exit code */
function run() {
  if (!/^[a-z0-9-]+$/.test(name)) throw new Error(`A name is made of a-z, 0-9 and -; this is none: ${name}`);
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new Error(`A port is a number; this is none: ${port}`);
  const home = findHome();
  switch (verb) {
    case "start":
      createHome(home);
      return exclusive(join(home.directory, "lock"), () => {
        install(home);
        return print(startCluster(home, { name, port: port === undefined ? undefined : Number(port) }));
      });
    case "url":
      return print(runningUrl(home, name));
    case "halt":
      haltCluster(home, name);
      return 0;
    case "crash":
      crashCluster(home, name);
      return 0;
    case "stop":
      createHome(home);
      return exclusive(join(home.directory, "lock"), () => {
        stopCluster(home, name);
        return 0;
      });
    default:
      console.error("Usage: node scripts/native-postgres.mjs start|url|halt|crash|stop [name] [port]");
      return 1;
  }
}

/** @param {string | undefined} url */
function print(url) {
  if (url === undefined) {
    console.error("Not running; `node scripts/native-postgres.mjs start` starts it.");
    return 1;
  }
  console.log(`DATABASE_URL=${url}`);
  return 0;
}
