import fc from "fast-check";

/** One way to spoil a request. `at` picks a place, modulo how many there are. */
export type Mutation =
  | { kind: "none" }
  | { kind: "type swap"; at: number; value: unknown }
  | { kind: "missing field"; at: number }
  | { kind: "extra field"; at: number; name: string; value: unknown }
  | { kind: "boundary"; at: number; bound: number }
  | { kind: "huge value"; at: number; size: number }
  | { kind: "deep nesting"; at: number; levels: number; inObjects: boolean }
  | { kind: "odd text"; at: number; text: string }
  | { kind: "odd key"; at: number; text: string }
  | { kind: "odd number"; at: number; token: string }
  | { kind: "duplicate key"; at: number; value: unknown }
  | { kind: "truncated body"; at: number; announced: boolean }
  | { kind: "odd bytes"; at: number; bytes: number[] }
  | { kind: "whole body"; text: string }
  | { kind: "no host" }
  | { kind: "method"; method: string }
  | { kind: "path"; path: string }
  | { kind: "query string"; text: string }
  | { kind: "key"; authorization: string | null }
  | { kind: "header"; name: string; value: string };

/** Texts that break what was not made for them: NUL, lone surrogates, direction marks, normal forms, SQL, prototypes. */
const oddTexts = [
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udfff\ud800",
  "\u202e\u2066abc",
  "\ufeff",
  "\uffff",
  "e\u0301\u0301\u0301",
  "👩‍👩‍👧‍👦",
  "\u2028\u2029",
  "\r\n\t\v",
  "'; drop table memories; --",
  "$1 $2 %s {0}",
  "__proto__",
  "constructor",
  "..",
  "../../etc/passwd",
  "%00%ff",
  "\\u0000",
  "NaN",
  "9".repeat(400),
];

const names = ["__proto__", "constructor", "toString", "ttlSeconds", "", "project_id", "and", "or", "not", "eq", "a.b"];

const paths = [
  "/",
  "/v1",
  "/v1/memory",
  "/v1/memory/",
  "/v1/memory/%",
  "/v1/memory/%00",
  "/v1/memory/%ed%a0%80",
  "/v1/memory/%2e%2e",
  "/v1/memory/..%2f..",
  "/v1/memory/list/",
  "//v1/memory/list",
  "/v1//memory/list",
  "/v1/memory/LIST",
  `/v1/memory/${"x".repeat(5_000)}`,
  "/v1/memory/a?",
  "/v1/memory/a??=&&",
  "/v1/memory/list?filters=%7B",
  `/v1/memory/list?filters=${"%5B".repeat(3_000)}`,
  "/V1/MEMORY/LIST",
  "/v2/memory/list",
  "*",
  "http://other.example/v1/memory/list",
];

const headers: [string, string][] = [
  ["Content-Type", "text/plain"],
  ["Content-Type", "application/json; charset=latin1"],
  ["Content-Type", "application/json;;;"],
  ["Content-Type", "multipart/form-data; boundary=x"],
  ["Content-Type", ""],
  ["Content-Encoding", "gzip"],
  ["Content-Encoding", "br, gzip"],
  ["Content-Length", "-1"],
  ["Content-Length", "abc"],
  ["Content-Length", "0"],
  ["Content-Length", "99999999999999999999"],
  ["Transfer-Encoding", "chunked"],
  ["Transfer-Encoding", "gzip, chunked"],
  ["Transfer-Encoding", "chunked, identity"],
  ["Expect", "100-continue"],
  ["Expect", "nonsense"],
  ["Upgrade", "websocket"],
  ["Connection", "upgrade"],
  ["Accept", "text/html;q=0"],
  ["Accept-Encoding", "*;q=0"],
  ["Range", "bytes=5-1"],
  ["If-None-Match", "*"],
  ["X-HTTP-Method-Override", "DELETE"],
  ["X-Forwarded-For", "\u00ff\u00fe"],
  ["X-Request-Id", "x".repeat(2_000)],
  ["X-Large", "x".repeat(70_000)],
  ["Host", ""],
  ["Cookie", "a=b; ".repeat(500)],
  ["Bad Name", "x"],
  ["X-Folded", "a\r\n b"],
  ["X-Nul", "a\u0000b"],
  ["", "x"],
];

const keys = [
  null,
  "",
  "Bearer",
  "Bearer ",
  "Bearer psto_live_unknown",
  `Bearer psto_live_${"A".repeat(16)}_${"B".repeat(43)}`,
  `Bearer ${"x".repeat(10_000)}`,
  "Basic dXNlcjpwYXNz",
  "bearer a b",
  "Bearer \u00e9\u00ff",
  "Bearer ../../etc",
  "Bearer ' or 1=1 --",
  "Bearer psto_live_' or '1'='1",
];

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "BREW", "get"];

/** Ways to spoil a request: `bounds` are those of the document, `strangerKey` is well-formed and of another server. */
export function mutations(bounds: readonly number[], strangerKey: string): fc.Arbitrary<Mutation> {
  const at = fc.nat(10_000);
  const anything = fc.oneof(
    fc.constantFrom<unknown>(null, true, 0, -1, 1.5, "", "x", [], {}, [[]], [null], { a: null }, "true", "1"),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const oddText = fc.constantFrom(...oddTexts);
  const bound = fc.tuple(fc.constantFrom(...bounds), fc.constantFrom(-1, 0, 1)).map(([value, step]) => value + step);
  const of = <Kind extends Mutation["kind"]>(
    kind: Kind,
    rest: { [Name in keyof Omit<Extract<Mutation, { kind: Kind }>, "kind">]: fc.Arbitrary<unknown> },
  ) => fc.record({ kind: fc.constant(kind), ...rest }) as unknown as fc.Arbitrary<Mutation>;
  return fc.oneof(
    { weight: 3, arbitrary: of("type swap", { at, value: anything }) },
    { weight: 2, arbitrary: of("missing field", { at }) },
    {
      weight: 2,
      arbitrary: of("extra field", { at, name: fc.oneof(fc.constantFrom(...names), oddText), value: anything }),
    },
    { weight: 2, arbitrary: of("boundary", { at, bound }) },
    of("huge value", { at, size: fc.constantFrom(5_000, 70_000, 300_000) }),
    of("deep nesting", { at, levels: fc.constantFrom(17, 33, 35, 36, 37, 200, 5_000), inObjects: fc.boolean() }),
    { weight: 3, arbitrary: of("odd text", { at, text: oddText }) },
    of("odd key", { at, text: oddText }),
    of("odd number", {
      at,
      token: fc.constantFrom("1e400", "-1e400", "-0", "1e-400", "01", "1.", "NaN", "0x1", "9".repeat(40)),
    }),
    of("duplicate key", { at, value: anything }),
    of("truncated body", { at, announced: fc.boolean() }),
    of("odd bytes", { at, bytes: fc.constantFrom([0xff], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0], [0xef, 0xbb, 0xbf]) }),
    of("whole body", { text: fc.constantFrom("", " ", "null", "[]", '"x"', "1", "{", "{}{}", "{'a':1}", "\ufeff{}") }),
    of("no host", {}),
    of("method", { method: fc.constantFrom(...methods) }),
    of("path", { path: fc.constantFrom(...paths) }),
    of("query string", {
      text: fc.constantFrom("x=1", "namespace=a&namespace=b", "%", "=", "&&&", "limit=%ff", "a[b]=c", "__proto__=1"),
    }),
    of("key", { authorization: fc.constantFrom(...keys, `Bearer ${strangerKey}`) }),
    {
      weight: 2,
      arbitrary: fc.constantFrom(...headers).map(([name, value]): Mutation => ({ kind: "header", name, value })),
    },
  );
}
