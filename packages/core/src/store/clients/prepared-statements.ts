import { createHash } from "node:crypto";
import { SqlError } from "../sql-client.js";
import type { PgSession } from "./pg-session.js";
import type { Answer } from "./statement.js";

/** What a pooler that hands each transaction to another connection answers: the name is unknown, or taken already. */
const unknownName = "26000";
const takenName = "42P05";

/** Runs statements under names, so that each connection parses and plans them once. */
export class PreparedStatements {
  readonly #names = new Map<string, string>();
  /** Turned off for good by the first sign of a pooler that does not keep them. */
  #isSupported = true;

  async run(session: PgSession, text: string, parameters: readonly unknown[]): Promise<Answer> {
    if (!this.#isSupported) return session.run(text, parameters);
    try {
      return await session.run(text, parameters, this.#nameOf(text));
    } catch (error) {
      if (!(error instanceof SqlError) || ![unknownName, takenName].includes(error.sqlState)) throw error;
      this.#isSupported = false;
      // Refused before it began, so nothing is done twice.
      return session.run(text, parameters);
    }
  }

  #nameOf(text: string): string {
    let name = this.#names.get(text);
    if (name === undefined) {
      name = `persisto_${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
      this.#names.set(text, name);
    }
    return name;
  }
}
