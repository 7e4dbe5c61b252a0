import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SqlError, type SqlClient } from "../sql-client.js";
import { describeOnClients, type OpenClient } from "./testing/open-clients.js";

// Making an embedded Postgres takes 2 s, on a busy machine ten times as long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describeOnClients((open) => {
  let opened: OpenClient;
  let client: SqlClient;

  beforeAll(async () => {
    opened = await open();
    client = opened.client;
    await client.query("create extension vector");
    await client.query("create table notes (id integer primary key, body text not null)");
  });

  afterAll(() => opened.close());

  describe("values", () => {
    async function roundTrip(type: string, value: unknown): Promise<unknown> {
      const [row] = await client.query<{ value: unknown }>(`select $1::${type} as value`, [value]);
      return row?.value;
    }

    it.each([
      ["text", "plain"],
      ["text", ""],
      ["text", "NULL"],
      ["text", "\\ \" ' {} , % \n\t 😀 \u0301 \u202E"],
      ["boolean", true],
      ["boolean", false],
      ["int", -2_147_483_648],
      ["float8", 0.1],
      ["float8", -1.7976931348623157e308],
      ["float8", Number.POSITIVE_INFINITY],
      ["float8", Number.NaN],
      ["timestamptz", new Date("2026-02-28T23:59:59.999Z")],
      ["timestamptz", new Date("1969-07-20T20:17:40.000Z")],
      ["text[]", []],
      ["text[]", ["a", null, "NULL", "null", "", " ", '"', "\\", "{", "}", ",", "a,b", "\n", "😀"]],
      ["float8[]", [0.5, null, -1e-300]],
      ["boolean[]", [true, null, false]],
      ["timestamptz[]", [new Date("2026-01-01T00:00:00.001Z"), null]],
      ["int8", null],
      ["text[]", null],
    ])("gives a %s back as it was: %j", async (type, value) => {
      expect(await roundTrip(type, value)).toEqual(value);
    });

    it("gives an int8 as text, so that none is rounded", async () => {
      expect(await roundTrip("int8", "9223372036854775807")).toBe("9223372036854775807");
      expect(await roundTrip("int8", 42)).toBe("42");
      expect(await roundTrip("int8[]", ["1", null, "9007199254740993"])).toEqual(["1", null, "9007199254740993"]);
    });

    it("gives a numeric and a uuid as text", async () => {
      expect(await roundTrip("numeric", "1.10")).toBe("1.10");
      expect(await roundTrip("uuid", "0190a5f0-0000-7000-8000-000000000000")).toBe(
        "0190a5f0-0000-7000-8000-000000000000",
      );
    });

    it.each([
      ["an object", { b: [1, null, { c: "x" }], a: "ä" }],
      ["text", "a string"],
      ["null", null],
      ["a number", 12.5],
      ["an own key named __proto__", JSON.parse('{"__proto__": 1}')],
    ])("gives jsonb parsed: %s", async (_, value) => {
      expect(await roundTrip("jsonb", JSON.stringify(value))).toEqual(value);
    });

    it("gives a jsonb null and an SQL null both as null", async () => {
      const rows = await client.query("select 'null'::jsonb as json, null::jsonb as sql");
      expect(rows).toEqual([{ json: null, sql: null }]);
    });

    it("keeps times right whatever the time zone of the session", async () => {
      const rows = await client.transaction(async (query) => {
        await query("set local timezone = 'Asia/Kathmandu'");
        return query("select timestamptz '2026-06-01 00:00:00.5+00' as at");
      });
      expect(rows).toEqual([{ at: new Date("2026-06-01T00:00:00.500Z") }]);
    });

    it("takes many rows from arrays, and vectors as text", async () => {
      const rows = await client.query(
        `select ordinal::int, (vector <=> '[1,0,0]')::float8 as distance
        from unnest($1::text[]) with ordinality as given (literal, ordinal),
          lateral (select literal::${client.vectorType}(3) as vector) as parsed
        order by ordinal`,
        [["[1,0,0]", "[0,1,0]", "[-1,0,0]"]],
      );
      expect(rows).toEqual([
        { ordinal: 1, distance: 0 },
        { ordinal: 2, distance: 1 },
        { ordinal: 3, distance: 2 },
      ]);
    });

    it("gives rows without columns as rows", async () => {
      expect(await client.query("select from generate_series(1, 3)")).toEqual([{}, {}, {}]);
    });

    it("takes a megabyte of text", async () => {
      const [row] = await client.query<{ length: number }>("select length($1) as length", ["ä".repeat(1_000_000)]);
      expect(row?.length).toBe(1_000_000);
    });

    it("refuses a parameter of another type without quoting it", async () => {
      await expect(client.query("select $1", [{ secret: "hunter2" }])).rejects.toThrow(
        "A parameter of type object cannot be sent to Postgres; pass JSON as text.",
      );
      await expect(client.query("select $1", [undefined])).rejects.toThrow("A parameter of type undefined");
    });
  });

  describe("errors", () => {
    async function failure(text: string, parameters?: unknown[]): Promise<SqlError> {
      const error = await client.query(text, parameters).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(SqlError);
      return error as SqlError;
    }

    it("says the state, the constraint and the message of Postgres", async () => {
      await client.query("insert into notes values (1, 'first')");
      expect(await failure("insert into notes values ($1::int, 'again')", [1])).toMatchObject({
        code: "internal",
        status: 500,
        retryable: false,
        sqlState: "23505",
        constraint: "notes_pkey",
        message: 'duplicate key value violates unique constraint "notes_pkey"',
      });
    });

    it("keeps names in messages: they are ours", async () => {
      expect(await failure("select * from nowhere")).toMatchObject({
        sqlState: "42P01",
        constraint: undefined,
        message: 'relation "nowhere" does not exist',
      });
    });

    const secret = 'hunter2 "quoted" text\nof a user';

    it.each([
      ["an integer", "22P02", "select $1::int", secret],
      ["a uuid", "22P02", "select $1::uuid", secret],
      ["jsonb", "22P02", "select $1::jsonb", secret],
      ["a timestamp", "22007", "select $1::timestamptz", secret],
      ["a vector", "22P02", "select $1::vector(3)", secret],
      ["an array", "22P02", "select $1::text[]", secret],
      ["a tsquery", "42601", "select to_tsquery('simple', $1)", secret],
      ["text with NUL", "22021", "select $1::text", `${secret}\u0000`],
      ["a unique text", "23505", "insert into unique_notes values ($1), ($1)", secret],
      ["a checked text", "23514", "insert into checked_notes values ($1)", secret],
    ])("tells nothing of the parameters: %s", async (_, sqlState, text, parameter) => {
      await client.query("create table if not exists unique_notes (body text unique)");
      await client.query("create table if not exists checked_notes (body text check (length(body) < 3))");
      const error = await failure(text, [parameter]);
      expect(error.sqlState).toBe(sqlState);
      expect(error.message).not.toBe("");
      expect(everythingIn(error)).not.toContain("hunter2");
      expect(error.cause).toBeUndefined();
    });

    it("refuses two statements in one call", async () => {
      expect((await failure("select 1; select 2")).sqlState).toBe("42601");
    });

    it("works on after an error", async () => {
      await failure("select 1 / 0");
      expect(await client.query("select 1 as one")).toEqual([{ one: 1 }]);
    });
  });
});

/** All that could be logged of an error. */
function everythingIn(error: Error): string {
  const own = Object.getOwnPropertyNames(error).map((name) => String(error[name as keyof Error]));
  return [error.stack, String(error), JSON.stringify(error), ...own].join("\n");
}
