/** Where the API key of a server came from. */
export type KeyOrigin =
  | { from: "preset" }
  /** Made by an earlier start, which printed it. */
  | { from: "earlier" }
  /** Made by this start. */
  | { from: "new"; key: string };

/** What a server has to say when it is up. */
export interface StartupFacts {
  version: string;
  /** Without a slash at the end. */
  url: string;
  /** Where metrics are without a key. */
  metricsUrl?: string | undefined;
  /** Where the memories are; free of passwords. */
  store: string;
  embedder: string;
  /** Opens the default project. */
  key: KeyOrigin;
  /** Administers organisations, projects and keys. */
  operatorKey: KeyOrigin;
  /** Whether this process has the database to itself, so that commands must wait until it has stopped. */
  isEmbedded: boolean;
}

/** The lines a server prints when it is up. A new key is in them, and nowhere ever again. */
export function startupText({
  version,
  url,
  metricsUrl,
  store,
  embedder,
  key,
  operatorKey,
  isEmbedded,
}: StartupFacts): string {
  return [
    "",
    `  Persisto ${version}`,
    "",
    `  URL       ${url}`,
    ...(metricsUrl === undefined ? [] : [`  Metrics   ${metricsUrl}`]),
    `  Data      ${store}`,
    `  Embedder  ${embedder}`,
    `  API key   ${describeKey(key, { variable: "PERSISTO_API_KEY", command: "create-key", isEmbedded })}`,
    `  Operator  ${describeKey(operatorKey, { variable: "PERSISTO_OPERATOR_KEY", command: "create-operator-key", isEmbedded })}`,
    ...(key.from === "new" ? firstSteps(url, key.key) : []),
    "",
    "  Ctrl+C stops it.",
    "",
    "",
  ].join("\n");
}

function describeKey(
  key: KeyOrigin,
  { variable, command, isEmbedded }: { variable: string; command: string; isEmbedded: boolean },
): string {
  switch (key.from) {
    case "preset":
      return `the one in ${variable}`;
    case "earlier":
      return `the one printed on the first start\n            Lost? ${isEmbedded ? "Stop this server; then the" : "The"} command ${command} makes another.`;
    case "new":
      return `${key.key}\n            Keep it: it is shown only this once.`;
  }
}

/** One line each, so that they can be pasted into any shell that knows single quotes. */
function firstSteps(url: string, key: string): string[] {
  return [
    "",
    "  Remember something:",
    curl(`${url}/v1/memory/save`, key, { namespace: "demo", content: "The user prefers concise summaries." }),
    "",
    "  Ask for it:",
    curl(`${url}/v1/memory/query`, key, { namespace: "demo", query: "How does the user like their output?" }),
  ];
}

function curl(url: string, key: string, body: object): string {
  const headers = `-H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json'`;
  return `curl -s ${url} ${headers} -d '${JSON.stringify(body)}'`;
}
