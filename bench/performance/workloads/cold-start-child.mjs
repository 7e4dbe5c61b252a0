// One start: opens a store, asks one question, prints the ids found; after 200 more, its resident memory. Plain JavaScript,
// so that no compiler is in the time. Its argument is a StartArguments of cold-start.ts, in JSON.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const { kind, vector, setup, search, ...place } = JSON.parse(process.argv[2]);
const store = await { persisto: openPersisto, postgres: openPostgres, pglite: openPglite }[kind]();
console.log(JSON.stringify({ ids: await store.search() }));
for (let number = 0; number < 200; number++) await store.search();
setFlagsFromString("--expose-gc");
runInNewContext("gc")();
console.log(JSON.stringify({ rssBytes: process.memoryUsage().rss }));
await store.close();
process.exit(0);

async function openPersisto() {
  const { createPersisto } = await import("@persisto/core");
  const embedder = {
    id: place.embedderId,
    dimensions: vector.length,
    embed: async (texts) => texts.map(() => Float32Array.from(vector)),
  };
  const { databaseUrl, dataDir } = place;
  const persisto = await createPersisto({ embedder, ...(databaseUrl ? { databaseUrl } : { dataDir }) });
  if (setup) await persisto.save(setup);
  return {
    search: async () => (await persisto.query(search)).results.map(({ id }) => id),
    close: () => persisto.close(),
  };
}

async function openPostgres() {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({ connectionString: place.databaseUrl });
  return withSql(
    (text, values) => pool.query(text, values),
    () => pool.end(),
  );
}

async function openPglite() {
  const { PGlite } = await import("@electric-sql/pglite");
  const { vector: extension } = await import("@electric-sql/pglite-pgvector");
  const pglite = await PGlite.create({ dataDir: place.dataDir, extensions: { vector: extension } });
  return withSql(
    (text, values) => pglite.query(text, values),
    () => pglite.close(),
  );
}

async function withSql(query, close) {
  for (const { text, values } of setup ?? []) await query(text, values);
  const literal = `[${vector.join(",")}]`;
  return {
    search: async () => (await query(search.text, [search.namespace, literal, search.k])).rows.map(({ id }) => id),
    close,
  };
}
