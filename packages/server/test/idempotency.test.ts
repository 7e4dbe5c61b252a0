import { expect, test } from "vitest";
import { PersistoClient } from "@persisto/client";
import { expectProblem } from "./expect-problem.js";
import { useTestServer } from "./test-server.js";

const server = await useTestServer();
const body = { namespace: "n", content: "A text." };

test("a repeated request is answered as before, and says so", async () => {
  const headers = { "Idempotency-Key": "one" };
  const first = await server.send("POST", "/v1/memory/save", { body, headers });
  expect(first.status).toBe(200);
  expect(first.headers["idempotent-replayed"]).toBeUndefined();
  const second = await server.send("POST", "/memory/save", { body, headers });
  expect(second.body).toEqual(first.body);
  expect(second.headers["idempotent-replayed"]).toBe("true");
});

test("a key of another request is refused", async () => {
  const headers = { "Idempotency-Key": "two" };
  await server.send("POST", "/v1/memory/save", { body, headers });
  const other = await server.send("POST", "/v1/memory/save", { body: { ...body, content: "Another." }, headers });
  expectProblem(other, "idempotency_mismatch");
  expect(other.status).toBe(422);
});

test.each(["", "two words", "é", "x".repeat(256)])("%j is no key", async (key) => {
  expectProblem(
    await server.send("POST", "/v1/memory/save", {
      body,
      headers: { "Idempotency-Key": Buffer.from(key).toString("latin1") },
    }),
    "invalid_input",
  );
});

test("a client whose answers are lost saves each memory once", async () => {
  let requests = 0;
  const client = new PersistoClient({
    apiKey: server.key,
    baseUrl: server.url,
    // Every other answer is lost on its way back.
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      requests += 1;
      if (requests % 2 === 1) throw new TypeError("The connection was lost.");
      return response;
    },
  });
  for (const content of ["One.", "Two.", "Three."]) await client.save({ namespace: "lossy", content });
  await client.deleteNamespace({ namespace: "n" });
  expect(requests).toBe(8);
  const { memories } = await server.persisto.list({ namespace: "lossy" });
  expect(memories.map(({ content }) => content)).toEqual(["Three.", "Two.", "One."]);
});

test("a deletion by id, without its namespace, is answered the second time as the first", async () => {
  await server.persisto.save({ ...body, id: "gone" });
  const remove = (key: string) => server.send("DELETE", "/v1/memory/gone", { headers: { "Idempotency-Key": key } });
  const first = await remove("delete-one");
  expect(first).toMatchObject({ status: 200, body: { status: "deleted", count: 1 } });
  const second = await remove("delete-one");
  expect(second).toMatchObject({ status: 200, body: first.body });
  expect(second.headers["idempotent-replayed"]).toBe("true");
  for (let round = 0; round < 2; round++) expectProblem(await remove("delete-nothing"), "not_found");
});
