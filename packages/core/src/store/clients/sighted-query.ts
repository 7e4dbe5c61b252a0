import type pg from "pg";
import type { Sight } from "../sql-client.js";
import { assumeSight, sightParameters } from "./assume-sight.js";

/** Of the protocol's messages, what pg's own queries are sent with; its types have other signatures. */
interface Wire {
  /** By name, what was sent and not parsed yet. */
  readonly submittedNamedStatements: Record<string, string>;
  readonly stream: { cork(): void; uncork(): void };
  parse(message: { name: string; text: string }): void;
  bind(message: { statement: string; values: readonly string[] }): void;
  execute(message: object): void;
  once(event: "parseComplete", listener: () => void): void;
  off(event: "parseComplete", listener: () => void): void;
}

/** What pg calls on a query as its answers come. */
interface Receiver {
  name?: string | undefined;
  submit(connection: Wire): unknown;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Wire): void;
  handleError(error: unknown, connection: Wire): void;
}

/** Under this name each connection parses the statement once. */
const assumeName = "persisto_assume";
const parsed = new WeakSet<Wire>();

/**
 * Sends what gives the sight before the query, in the same message: without a `begin` the two are one transaction, which
 * ends with the message. A transaction of four messages would take a short query half as long again.
 */
export function withSight(query: pg.Query, { sight, isNamed }: { sight: Sight; isNamed: boolean }): pg.Query {
  const receiver = query as unknown as Receiver;
  const { name } = receiver;
  const submit = receiver.submit.bind(query);
  const handleDataRow = receiver.handleDataRow.bind(query);
  const handleCommandComplete = receiver.handleCommandComplete.bind(query);
  const handleError = receiver.handleError.bind(query);
  let isAssumed = false;
  /** Named, so that it can be taken off again. */
  let noteParsed = (): void => {};

  receiver.submit = (connection) => {
    noteParsed = () => void parsed.add(connection);
    connection.stream.cork();
    try {
      const statement = isNamed ? assumeName : "";
      if (!isNamed || !parsed.has(connection)) {
        // Noted then, and not when it has run: it is parsed also where the role is not there.
        if (isNamed) connection.once("parseComplete", noteParsed);
        connection.parse({ name: statement, text: assumeSight });
      }
      connection.bind({ statement, values: sightParameters(sight) });
      connection.execute({});
      const refusal = submit(connection);
      // pg notes under the query's name whichever statement was parsed first.
      receiver.name = undefined;
      return refusal;
    } finally {
      connection.stream.uncork();
    }
  };
  receiver.handleDataRow = (message) => {
    if (isAssumed) handleDataRow(message);
  };
  receiver.handleCommandComplete = (message, connection) => {
    if (isAssumed) {
      handleCommandComplete(message, connection);
      return;
    }
    isAssumed = true;
    receiver.name = name;
  };
  receiver.handleError = (error, connection) => {
    connection.off("parseComplete", noteParsed);
    // Postgres skips what comes after a failure, and pg would take the query for parsed: it does not know its name now.
    if (!isAssumed && name !== undefined) delete connection.submittedNamedStatements[name];
    handleError(error, connection);
  };
  return query;
}
