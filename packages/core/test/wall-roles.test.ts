import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openPglite } from "../src/store/clients/pglite.js";
import type { SqlClient } from "../src/store/sql-client.js";
import { takeRoles, type Hindrance } from "../src/store/postgres/wall-roles.js";

/** Since version 16, membership in a role has options; the embedded Postgres is newer than that, whatever the native one is. */
describe("the roles in a Postgres whose memberships have options", { timeout: 60_000 }, () => {
  let client: SqlClient;

  beforeAll(async () => {
    client = await openPglite();
  }, 60_000);
  afterAll(() => client?.close());
  afterEach(() => client.query("drop role if exists persisto_app, persisto_jobs, app, maker"));

  async function as<Result>(login: string, work: () => Promise<Result>): Promise<Result> {
    await client.query(`set session authorization ${login}`);
    try {
      return await work();
    } finally {
      await client.query("set session authorization postgres");
    }
  }

  const take = (login: string): Promise<Hindrance | null> => as(login, () => takeRoles(client));

  async function run(statements: string): Promise<void> {
    for (const statement of statements.split(";").filter((text) => text.trim() !== "")) await client.query(statement);
  }

  async function become(login: string): Promise<void> {
    for (const role of ["persisto_app", "persisto_jobs"]) {
      await as(login, () => client.query("select set_config('role', $1, true)", [role]));
    }
  }

  it("are made and can be used by a login that may make roles, also by one that does not inherit", async () => {
    await client.query("create role maker login createrole noinherit");
    expect(await take("maker")).toBeNull();
    await become("maker");
    expect(await take("maker")).toBeNull();
  });

  it("are not given by a login that may make roles to itself when others have made them", async () => {
    await run(
      "create role maker login createrole; create role persisto_app nologin; create role persisto_jobs nologin",
    );
    expect(await take("maker")).toMatchObject({ remedy: "grant persisto_app, persisto_jobs to maker;" });
  });

  it.each(["with set false", "with inherit false", "with inherit false, set false"])(
    "that were granted %s can be used after the remedy",
    async (options) => {
      await run(
        `create role app login noinherit; create role persisto_app nologin; create role persisto_jobs nologin;
        grant persisto_app, persisto_jobs to app ${options}`,
      );
      const hindrance = await take("app");
      await run(hindrance!.remedy);
      expect(await take("app")).toBeNull();
      await become("app");
    },
  );

  it("that do not exist are asked for in full", async () => {
    await client.query("create role app login");
    const hindrance = await take("app");
    expect(hindrance!.reason).toContain("may not make the roles");
    await run(hindrance!.remedy);
    expect(await take("app")).toBeNull();
  });
});
