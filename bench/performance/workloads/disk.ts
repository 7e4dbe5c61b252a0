import { openPglite } from "../subjects/sql-connection.js";
import { sizeQuery, toSize, type OwnDatabase } from "../subjects/own-database.js";
import type { Table } from "./bench.js";

/** Databases with the same memories, and how large one is before anything is in it. */
export interface SizedStores {
  readonly postgres?: { readonly raw: OwnDatabase; readonly persisto: OwnDatabase; readonly empty: OwnDatabase };
  /** Folders of PGlite, closed. */
  readonly pglite?: { readonly raw: string; readonly persisto: string };
}

interface Size {
  readonly bytes: number;
  readonly rows: number;
}

/** The disk part of W10: bytes of the database a memory, without the write-ahead log. */
export async function diskSpace({ postgres, pglite }: SizedStores): Promise<Table> {
  const rows: string[][] = [];
  const add = (backend: string, { empty, raw, persisto }: { empty: Size; raw: Size; persisto: Size }): void => {
    const perMemory = ({ bytes, rows: count }: Size): number => (bytes - empty.bytes) / count;
    rows.push(
      [`raw SQL, ${backend}`, String(raw.rows), perMemory(raw).toFixed(0), "1.00"],
      [
        `Persisto, ${backend}`,
        String(persisto.rows),
        perMemory(persisto).toFixed(0),
        (perMemory(persisto) / perMemory(raw)).toFixed(2),
      ],
    );
  };
  if (postgres) {
    const { raw, persisto, empty } = postgres;
    for (const database of [raw, persisto]) await database.settle();
    add("native Postgres", {
      empty: await empty.measure("pg_am"),
      raw: await raw.measure("memories"),
      persisto: await persisto.measure("persisto.memories"),
    });
  }
  if (pglite) {
    add("PGlite", {
      empty: await sizeOf(undefined, "pg_am"),
      raw: await sizeOf(pglite.raw, "memories"),
      persisto: await sizeOf(pglite.persisto, "persisto.memories"),
    });
  }
  return { title: "W10 disk a memory", columns: ["store", "memories", "bytes each", "next to raw"], rows };
}

async function sizeOf(folder: string | undefined, table: string): Promise<Size> {
  const sql = await openPglite(folder);
  try {
    if (folder !== undefined) await sql.run("", "vacuum analyze");
    const [row] = await sql.run<Record<string, unknown>>("", sizeQuery(table));
    return toSize(row);
  } finally {
    await sql.close();
  }
}
