import { isPersistoError } from "@persisto/contract";
import { openPglite } from "../pglite.js";

/** What the script does with the data directory before it stops doing anything. */
export type Task = "save for ever" | "open" | "open and close" | "start a statement";

const [task, dataDir] = process.argv.slice(2) as [Task, string];

try {
  const client = await openPglite({ dataDir });
  switch (task) {
    case "open":
      process.send?.({ open: true });
      break;
    case "open and close":
      await client.close();
      break;
    case "start a statement":
      void client.query("select pg_sleep(1)").then(() => process.send?.({ done: true }));
      break;
    case "save for ever":
      await client.query("create table if not exists saved (batch text not null, part int not null)");
      for (;;) {
        const batch = crypto.randomUUID();
        await client.transaction(async (query) => {
          for (let part = 0; part < 4; part += 1) {
            await query("insert into saved select $1, part from generate_series($2::int, $3::int) as part", [
              batch,
              part * 5,
              part * 5 + 4,
            ]);
          }
        });
        process.send?.({ acknowledged: batch });
      }
  }
} catch (error) {
  process.send?.({ code: isPersistoError(error) ? error.code : "unexpected", message: String(error) });
}
