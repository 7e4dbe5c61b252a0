import { findJsonIssue, isPersistoError, matchesFilters, type Filters, type Metadata } from "@persisto/contract";
import { listSchema, parseInput } from "@persisto/contract/http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import { backends, type TestDatabase } from "./backends.js";

/** What somebody might send to have it run, or to have it mean something. */
const payloads = [
  // SQL
  ..."'|''|\"|;|--|/*|*/|`|\\|\\'|'; --|\\x00|\\u0000|E'\\''|U&'\\0027'|$$|$$;$$|$tag$|$tag$x$tag$".split("|"),
  "' or '1'='1",
  "' or 1=1 --",
  '" or "1"="1',
  "') or true --",
  "x') or ('1'='1",
  "'; drop table persisto.memories; --",
  "'; delete from persisto.memories; --",
  "'; update persisto.memories set metadata = '{}'; --",
  "'; truncate persisto.memories cascade; select '",
  "'); drop schema persisto cascade; --",
  "1; select pg_sleep(10)",
  "' || pg_sleep(10) || '",
  "' union select name, value from persisto.settings --",
  "'||(select hash from persisto.api_keys)||'",
  "a' = 'a' or metadata ->> 'a",
  "metadata",
  "m.metadata",
  "true or true",
  "null",
  "null::text",
  "current_user",
  "(select 1)",
  "coalesce(1, 2)",
  "::text",
  "::jsonb) or (true",
  "copy persisto.memories to program 'id'",
  "begin; commit;",
  // Placeholders
  ..."$1|$2|$0|$99999|${1}|:1|:name|?|??|?|%s|%L|%I|{0}|@p1|#{x}|{{x}}|<%= x %>".split("|"),
  // Operators and paths of jsonb, jsonpath
  ..."->|->>|#>|#>>|@>|<@|?&|@?|@@|#-|{}|{a,b}|{a}|[]|[*]|[0]|0|-1|a.b|a->b|a->>'b'".split("|"),
  ..."$|$.a|$.*|$[*]|$.**|$.a ? (@ == 1)|strict $.a|lax $|$.a[last]|@.a|$.keyvalue()|exists($.a)".split("|"),
  '$.a like_regex ".*" flag "q"',
  '{"a": 1}',
  '{"$gt": ""}',
  '["a"]',
  "$where",
  "$gt",
  "$regex",
  // LIKE and regular expressions
  ..."%|_|%%|%a%|a%|__|\\%|\\_|^a|a$|.*|(a+)+$|[a-z]|(?i)a|\\d".split("|"),
  // Arrays as Postgres writes them
  ...'{"a","b"}|{NULL}|NULL|"NULL"|{"a\\"b"}|{{a}}'.split("|"),
  // Names that mean something to JavaScript
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "toJSON",
  "length",
  "then",
  // Unicode: quotes that look like quotes, invisible and reversed text, what a codec might drop, NUL, half a pair
  ..."ʼ|＇|’|“|ʹ|′|\u02bc or 1=1|\u200b|\u202e'|\ufeff|\u0001|\u001b[2J|\u007f|\u0085|\u2028|\ufffd|\uffff".split("|"),
  ..."\u{1f600}|e\u0301|\u00e9|İ|ß|\u0000|a\u0000b|\ud800|\udc00|a\ud83d".split("|"),
  "\r\n'",
  "\n;\n",
  "\t--\n",
  "'".repeat(500),
  "\\".repeat(500),
  "(".repeat(500),
];

/** Each puts a payload where keys, operators or values stand. */
const positions: Record<string, (payload: string) => unknown> = {
  "a key": (payload) => ({ [payload]: "x" }),
  "a key with a condition": (payload) => ({ [payload]: { exists: true } }),
  "a key of a nested filter": (payload) => ({ a: { [payload]: "x" } }),
  "a key below it": (payload) => ({ [payload]: { [payload]: { ne: payload } } }),
  "an operator": (payload) => ({ a: { [payload]: 1, eq: "x" } }),
  "a combinator": (payload) => ({ [payload]: [{ a: "x" }] }),
  "a value": (payload) => ({ a: payload }),
  "a value among others": (payload) => ({ a: { in: ["y", payload] } }),
  "a value to differ from": (payload) => ({ not: { a: payload } }),
  "a bound": (payload) => ({ a: { gte: payload, lte: payload } }),
  "a range": (payload) => ({ a: { between: [payload, payload] } }),
  "a date": (payload) => ({ a: { lt: { date: payload } } }),
  "an element": (payload) => ({ list: { contains: payload } }),
  elements: (payload) => ({ list: { containsAny: [payload, "y"], containsAll: [payload] } }),
  "a prefix": (payload) => ({ a: { startsWith: payload } }),
  "the operand of exists": (payload) => ({ a: { exists: payload } }),
};

const namespace = "targets";

/** Memories that hold the payloads as values, elements and keys, as far as they can be stored. */
const memories = payloads
  .map((payload, index): Metadata => {
    const [next = "x", other = "y"] = payloads.slice(index + 1);
    return { a: payload, list: [next, "z"], [other]: "x", nested: { [payload]: { [payload]: null } } };
  })
  .filter((metadata, index) => index % 3 === 0 && findJsonIssue(metadata) === null)
  .map((metadata, index) => ({ namespace, id: `memory-${index}`, content: "A copper kettle.", metadata }));

/** The ids that the meaning of the filters says, or null when they are not valid. */
function expectedIds(filters: unknown): string[] | null {
  try {
    const valid = parseInput(listSchema, { filters }).filters!;
    return memories.filter(({ metadata }) => matchesFilters(valid, metadata)).map(({ id }) => id);
  } catch (error) {
    return nullIfInvalid(error);
  }
}

function nullIfInvalid(error: unknown): null {
  if (isPersistoError(error) && error.code === "unprocessable") return null;
  throw error;
}

test("there are 500 attacks and more", () => {
  expect(Object.keys(positions).length * new Set(payloads).size).toBeGreaterThan(500);
});

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`attacks through filters on ${title}`, () => {
    let database: TestDatabase;
    let persisto: Persisto;
    let before: object[];

    /** Every table with a fingerprint of its rows. The database may have one user at a time. */
    async function fingerprints(): Promise<object[]> {
      const client = await database.probe();
      const tables = await client.query<{ name: string }>(
        "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'persisto' order by 1",
      );
      const rows: object[] = [];
      for (const { name } of tables) {
        const found = await client.query(
          `select count(*), md5(string_agg(t::text, ',' order by t::text)) from ${name} t`,
        );
        rows.push({ name, ...found[0] });
      }
      await client.close();
      return rows;
    }

    beforeAll(async () => {
      database = await backend.create();
      persisto = await createPersisto(database.options);
      await persisto.saveMany(memories);
      await persisto.close();
      before = await fingerprints();
      persisto = await createPersisto(database.options);
    }, 120_000);

    afterAll(async () => {
      await persisto?.close();
      await database?.drop();
    });

    test.each(Object.entries(positions))("a payload as %s is data", { timeout: 120_000 }, async (_position, place) => {
      for (const payload of payloads) {
        const filters = place(payload) as Filters;
        const ids = await persisto
          .list({ namespace, filters, limit: 1_000 })
          .then((page) => page.memories.map(({ id }) => id).toSorted(), nullIfInvalid);
        expect(ids, JSON.stringify(filters)).toEqual(expectedIds(filters)?.toSorted() ?? null);
      }
    });

    test("nothing in the database has changed", async () => {
      await persisto.close();
      const after = await fingerprints();
      persisto = await createPersisto(database.options);
      expect(before.length).toBeGreaterThan(5);
      expect(after).toEqual(before);
    });
  });
}
