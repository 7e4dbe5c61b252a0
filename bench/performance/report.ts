import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { dirname } from "node:path";
import { toMarkdown } from "./markdown.js";
import type { Table } from "./workloads/bench.js";

/** Prints what was found as it is found, so that a run that is broken off is not for nothing. */
export class Report {
  readonly tables: Table[] = [];
  readonly #head;
  readonly #jsonFile: string | undefined;

  constructor(command: string, jsonFile?: string) {
    this.#head = {
      date: new Date().toISOString().slice(0, 10),
      command,
      node: process.version,
      cores: cpus().length,
      loadAtStart: load(),
    };
    this.#jsonFile = jsonFile;
    const { date, node, cores, loadAtStart } = this.#head;
    console.log(`${date}, \`${command}\`, Node ${node}, ${cores} cores, load ${loadAtStart} at the start`);
  }

  async add(...tables: readonly Table[]): Promise<void> {
    this.tables.push(...tables);
    for (const table of tables) console.log(`\n${toMarkdown(table)}`);
    if (this.#jsonFile === undefined) return;
    await mkdir(dirname(this.#jsonFile), { recursive: true });
    const everything = { ...this.#head, loadAtEnd: load(), tables: this.tables };
    await writeFile(this.#jsonFile, JSON.stringify(everything, null, 2));
  }
}

/** Of the last minute. */
function load(): string {
  return loadavg()[0]!.toFixed(1);
}
