import { matchesFilters, type FilterCondition, type Filters, type Metadata } from "@persisto/contract";
import { listSchema, parseInput } from "@persisto/contract/http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileFilter } from "../src/store/postgres/compile-filter.js";
import { migrate } from "../src/store/postgres/migrate.js";
import { Parameters } from "../src/store/postgres/parameters.js";
import type { SqlClient } from "../src/store/sql-client.js";
import { backends, type TestDatabase } from "./backends.js";
import { conditionOf, dates, document, filters, noDates, operands } from "./filter-arbitraries.js";

/** Set PERSISTO_TEST_SEED to try other data; a failure names the seed it was found with. */
const seed = Number(process.env["PERSISTO_TEST_SEED"] ?? 20_260_131);

const documents = fc.sample(document, { numRuns: 200, seed });
const operatorNames = Object.keys(operands) as (keyof FilterCondition)[];
const groups: { name: string; filters: Filters[] }[] = [
  ...operatorNames.map((name) => ({ name, filters: fc.sample(conditionOf(name), { numRuns: 60, seed }) })),
  { name: "filters of every form", filters: fc.sample(filters, { numRuns: 800, seed }) },
];

/** Filters a statement: enough for few round trips, and far from the 65,535 parameters a statement may have. */
const filtersPerStatement = 40;

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`filters on ${title}, seed ${seed}`, () => {
    let database: TestDatabase;
    let client: SqlClient;
    let pairs = 0;
    let matches = 0;

    beforeAll(async () => {
      database = await backend.create();
      client = await database.probe();
      await migrate(client);
      await client.query("create table documents (id integer primary key, metadata jsonb not null)");
      await client.query(
        `insert into documents
        select position, metadata::jsonb
        from unnest($1::text[]) with ordinality as d (metadata, position)`,
        [documents.map((each) => JSON.stringify(each))],
      );
    }, 120_000);

    afterAll(async () => {
      await client?.close();
      await database?.drop();
    });

    /** For each filter a letter a document: t, f, or n for null, which must never be. */
    async function ask(batch: readonly Filters[]): Promise<string[]> {
      const parameters = new Parameters();
      const columns = batch.map((each, index) => {
        const condition = compileFilter(each, "metadata", parameters);
        return `string_agg(case when (${condition}) then 't' when not (${condition}) then 'f' else 'n' end, '' order by id) as f${index}`;
      });
      const [row] = await client.query<Record<string, string>>(
        `select ${columns.join(",\n")} from documents`,
        parameters.values,
      );
      return batch.map((_, index) => row![`f${index}`]!);
    }

    for (const group of groups) {
      test(`SQL and matchesFilters agree: ${group.name}`, { timeout: 120_000 }, async () => {
        let kept = 0;
        for (let start = 0; start < group.filters.length; start += filtersPerStatement) {
          const batch = group.filters.slice(start, start + filtersPerStatement);
          for (const [index, answers] of (await ask(batch)).entries()) {
            const expected = documents.map((each) => (matchesFilters(batch[index]!, each) ? "t" : "f")).join("");
            if (answers !== expected) expect.fail(describeDifference(batch[index]!, answers, expected));
            kept += [...answers].filter((letter) => letter === "t").length;
          }
        }
        pairs += group.filters.length * documents.length;
        matches += kept;
        // Of each operator some documents pass and some do not, or the comparison would mean little.
        const share = kept / (group.filters.length * documents.length);
        expect(share).toBeGreaterThan(0.004);
        expect(share).toBeLessThan(0.996);
      });
    }

    test("SQL knows the days of the calendar, and which texts are dates", async () => {
      const days = [0, 1, 4, 99, 100, 399, 400, 1900, 1970, 2000, 2023, 2024, 9999].flatMap(daysOf);
      const none = noDates.map((written) => ({ written, seconds: null }));
      const asked = [...days, ...none, ...dates.map((written) => ({ written }))];
      const rows = await client.query<{ seconds: string | null }>(
        `select persisto.instant(written)::text as seconds
        from unnest($1::text[]) with ordinality as d (written, position)
        order by position`,
        [asked.map(({ written }) => written)],
      );
      const answers = rows.map(({ seconds }, index) => ({
        written: asked[index]!.written,
        seconds: seconds === null ? null : Number(seconds),
      }));
      expect(answers.slice(0, days.length)).toEqual(days);
      expect(answers.slice(days.length, -dates.length)).toEqual(none);
      expect(answers.slice(-dates.length).filter(({ seconds }) => seconds === null)).toEqual([]);
    });

    test("more than 300,000 pairs were compared, and of many the filter holds", () => {
      expect(pairs).toBeGreaterThan(300_000);
      expect(matches / pairs).toBeGreaterThan(0.1);
      expect(matches / pairs).toBeLessThan(0.5);
    });
  });
}

test("every generated filter is valid", () => {
  for (const each of groups.flatMap((group) => group.filters)) {
    expect(parseInput(listSchema, { filters: each })).toEqual({ filters: each });
  }
});

/** 31 days for each month of a year, with null for those that do not exist. */
function daysOf(year: number): { written: string; seconds: number | null }[] {
  return Array.from({ length: 12 * 31 }, (_, index) => {
    const [month, day] = [Math.floor(index / 31), (index % 31) + 1];
    const time = new Date(0);
    time.setUTCFullYear(year, month, day);
    const written = `${String(year).padStart(4, "0")}-${twoDigits(month + 1)}-${twoDigits(day)}`;
    return { written, seconds: time.getUTCMonth() === month ? time.getTime() / 1_000 : null };
  });
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

function describeDifference(filter: Filters, answers: string, expected: string): string {
  const index = [...answers].findIndex((letter, position) => letter !== expected[position]);
  const metadata: Metadata | undefined = documents[index];
  return `seed ${seed}: SQL says ${answers[index]}, matchesFilters ${expected[index]} for ${JSON.stringify(filter)} of ${JSON.stringify(metadata)}`;
}
