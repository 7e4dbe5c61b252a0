import { describe, expect, test } from "vitest";
import { nativeUrl } from "../packages/core/test/native-database.js";
import { embeddedBackend, nativeBackend } from "./lib/backend.js";
import type { Workload } from "./lib/workload.js";
import { embedderFaults } from "./workloads/embedder-faults.js";
import { kills } from "./workloads/kills.js";
import { terminations } from "./workloads/terminations.js";

/** A small version of `npm run chaos`, with the same seed each time. */
const seed = 20_261_123;
const cases: readonly { title: string; workload: Workload; scale: number }[] = [
  {
    title: "killed by SIGKILL keeps what it acknowledged, whole and once, and nothing by half",
    workload: kills,
    scale: 0.03,
  },
  {
    title: "ended by SIGTERM says so on /readyz, answers what it accepted, and exits with 0",
    workload: terminations,
    scale: 0.1,
  },
  {
    title: "with an embedder that fails keeps what it acknowledged, to be found, and nothing of what it refused",
    workload: embedderFaults,
    scale: 0.04,
  },
];
const backends = [
  { name: "embedded PGlite", missing: null, open: embeddedBackend },
  {
    name: "native Postgres",
    missing: nativeUrl === undefined ? "PERSISTO_TEST_DATABASE_URL is not set" : null,
    open: () => nativeBackend(nativeUrl!),
  },
];

for (const { name, missing, open } of backends) {
  describe.skipIf(missing !== null)(`a server on ${name}${missing ? ` (${missing})` : ""}`, () => {
    for (const { title, workload, scale } of cases) {
      test(title, { timeout: 300_000 }, async () => {
        const backend = await open();
        try {
          const { checks } = await workload({ backend, seed, scale, progress: () => {} });
          expect(checks.filter(({ isMet }) => !isMet)).toEqual([]);
        } finally {
          await backend.drop();
        }
      });
    }
  });
}
