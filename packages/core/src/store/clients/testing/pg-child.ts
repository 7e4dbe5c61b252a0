import { openPg } from "../pg.js";

// Opens a pool, leaves it idle and ends: the process should exit by itself.
const [databaseUrl = ""] = process.argv.slice(2);
const client = await openPg({ databaseUrl });
process.send?.(await client.query("select 1 as one"));
