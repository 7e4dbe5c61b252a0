import { createHash } from "node:crypto";
import { SqlError, type Sight } from "../sql-client.js";
import type { PgSession } from "./pg-session.js";
import type { Answer, Parameter } from "./statement.js";

/** What a pooler that hands each transaction to another connection answers: the name is unknown, or taken already. */
const unknownName = "26000";
const takenName = "42P05";

/** One statement to be run. */
interface Statement {
  readonly text: string;
  readonly parameters: readonly Parameter[];
  /** Whether it is kept prepared. */
  readonly reuse: boolean;
  readonly sight: Sight | undefined;
}

/** Runs statements under names, so that each connection parses and plans them once. */
export class PreparedStatements {
  readonly #names = new Map<string, string>();
  /** Turned off for good by the first sign of a pooler that does not keep them. */
  #isSupported = true;

  async run(session: PgSession, { text, parameters, reuse, sight }: Statement): Promise<Answer> {
    const send = (isNamed: boolean): Promise<Answer> =>
      session.run({
        text,
        parameters,
        name: isNamed && reuse ? this.#nameOf(text) : undefined,
        assume: sight && { sight, isNamed },
      });
    if (!this.#isSupported) return send(false);
    try {
      return await send(true);
    } catch (error) {
      if (!(error instanceof SqlError) || ![unknownName, takenName].includes(error.sqlState)) throw error;
      this.#isSupported = false;
      // Refused before it began, so nothing is done twice.
      return send(false);
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
