import { errorCodes, type Problem } from "@persisto/contract";
import type { OpenApiDocument } from "@persisto/contract/http";
import { createPersisto } from "@persisto/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createDocumentChecker } from "../../../contract/test/document-checker.js";
import { useTestServer } from "../test-server.js";
import {
  boundsOf,
  operationsOf,
  validRequests,
  type DocumentOperation,
  type ModelRequest,
} from "./document-requests.js";
import { mutations, type Mutation } from "./mutations.js";
import { sendFuzz, type FuzzAnswer } from "./send-fuzz.js";
import { spoilRequest, type WireRequest } from "./spoil-request.js";

// More of it, or the same again: FUZZ_REQUESTS=100000 FUZZ_SEED=42 npx vitest run packages/server/test/fuzz
const requests = Number(process.env["FUZZ_REQUESTS"] ?? 10_000);
const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 31);

/** Sent at once, with one that is whole, so that requests meet in the database too. */
const together = 10;

const server = await useTestServer();
const document = JSON.parse((await server.send("GET", "/openapi.json")).text) as OpenApiDocument;
const operations = new Map(operationsOf(document).map((operation) => [operation.id, operation]));
const check = createDocumentChecker(document);

/** What an operator may do in every project. */
const operatorScopes: ReadonlySet<string | undefined> = new Set(["operator", "keys:admin", "project:admin"]);
const { key: operatorKey } = await server.persisto.access.createOperatorKey({ name: "fuzz" });

const namespaces = ["fuzz", "fuzz ü/2", "fuzz to be emptied"];
const hints = {
  namespace: fc.constantFrom(...namespaces),
  id: fc.constantFrom("a", "b/c", "ü"),
  // Not the one whose memories and keys the others are about: an operator deletes projects, too.
  project: fc.constantFrom("a", "b"),
  organisation: fc.constantFrom("a", "default"),
  rerank: fc.constant(false),
  embedding: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 256, maxLength: 256 }),
};

test(
  `${requests} spoiled requests are answered by the rules (FUZZ_SEED=${seed})`,
  { timeout: 30 * requests + 60_000 },
  async () => {
    process.stdout.write(`FUZZ_SEED=${seed} makes the same ${requests} requests again.\n`);
    const statuses = new Map<number, number>();
    const valid = validRequests(document, hints);
    const spoiled = fc.tuple(valid, mutations(boundsOf(document), await makeStrangerKey()));
    const batches = fc.tuple(fc.array(spoiled, { minLength: together, maxLength: together }), valid);
    const outcome = await fc.check(
      fc.asyncProperty(batches, async ([batch, whole]) => {
        const sent = [...batch, [whole, { kind: "none" }] satisfies [ModelRequest, Mutation]];
        const answers = await Promise.all(sent.map(([request, mutation]) => sendSpoiled(request, mutation)));
        for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }),
      // The first failure says which request it was; a smaller one would say no more.
      { seed, numRuns: Math.ceil(requests / together), endOnFailure: true },
    );
    if (outcome.failed) throw new Error(`FUZZ_SEED=${seed} fails.`, { cause: outcome.errorInstance });
    const counts = [...statuses].toSorted(([left], [right]) => left - right);
    process.stdout.write(`Answers by status: ${JSON.stringify(Object.fromEntries(counts))}\n`);
    // Requests that are all refused at the door would prove nothing; a short run may miss the rarest.
    const expected = requests < 10_000 ? [200, 400, 422] : [200, 400, 401, 403, 404, 409, 413, 422];
    expect([...statuses.keys()]).toEqual(expect.arrayContaining(expected));
  },
);

test("a good request works afterwards", async () => {
  const body = { namespace: "after the storm", content: "It rained." };
  expect((await server.send("POST", "/v1/memory/save", { body })).status).toBe(200);
  const found = await server.send("POST", "/v1/memory/query", { body: { namespace: body.namespace, query: "rain" } });
  expect(found.body).toMatchObject({ results: [{ content: "It rained." }] });
});

/** A key of another server. */
async function makeStrangerKey(): Promise<string> {
  const stranger = await createPersisto({});
  const { key } = await stranger.access.createKey({ projectId: "default", name: "test" });
  await stranger.close();
  return key;
}

async function sendSpoiled(model: ModelRequest, mutation: Mutation): Promise<FuzzAnswer> {
  const operation = operations.get(model.operation)!;
  const key = operatorScopes.has(operation.scope) ? operatorKey : server.key;
  const wire = spoilRequest(model, mutation, { operation, key });
  let answer: FuzzAnswer | undefined;
  try {
    answer = await sendFuzz(server.url, wire);
    checkAnswer(wire, answer);
    if (mutation.kind === "none") expect([200, 404, 409, 422], "a whole request").toContain(answer.status);
    return answer;
  } catch (cause) {
    const { method, path, headers, body } = wire;
    const sent = JSON.stringify({ method, path, headers, body: body?.toString() }).slice(0, 3_000);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `${reason}\n${JSON.stringify(mutation).slice(0, 300)}\n${sent}\n${answer?.status} ${answer?.text.slice(0, 2_000)}`,
      { cause },
    );
  }
}

function checkAnswer(wire: WireRequest, { status, headers, text }: FuzzAnswer): void {
  expect(status, "a fault of the server's").toBeLessThan(500);
  expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  if (wire.method === "HEAD") return;
  // What Express itself says of a route.
  if (wire.method === "OPTIONS" && status === 200) return expect(headers["allow"]).toMatch(/[A-Z]/);
  const operation = operationAt(wire);
  if (status < 400) {
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(operation, "success on no route").toBeDefined();
    expect(check(operation!.answer, JSON.parse(text))).toBe("");
    return;
  }
  expect(headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  const problem = JSON.parse(text) as Problem;
  expect(check({ $ref: "#/components/schemas/Problem" }, problem)).toBe("");
  expect(problem).toMatchObject({ status, ...(errorCodes[problem.code] && { title: errorCodes[problem.code].title }) });
  expect(problem.request_id).toBe(headers["x-request-id"]);
  if (operation) expect([...operation.statuses]).toContain(String(status));
  expect(text).not.toMatch(
    /node_modules|\.[tj]s:\d|\bat \S+ \(|\b(select|insert|update|delete)\b.*\b(from|into|set)\b.*\$\d|pg_|relation "/i,
  );
}

/** The operation that the document has at a place; undefined where it has none. */
function operationAt({ method, path }: WireRequest): DocumentOperation | undefined {
  // A proxy asks with the whole URL.
  const [place = ""] = path
    .replace(/^http:\/\/[^/]+/, "")
    .replace(/^\/v1(?=\/)/, "")
    .split("?");
  const here = [...operations.values()].filter((operation) => operation.method === method);
  return here.find(({ template }) => template === place) ?? here.find(({ template }) => isIn(template, place));
}

function isIn(template: string, place: string): boolean {
  return new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`).test(place);
}
