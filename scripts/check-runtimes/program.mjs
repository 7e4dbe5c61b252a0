// What is run on every runtime: nothing but what the web's standards have, and no import, so that it can be run where there are no modules.
/** @typedef {typeof import("@persisto/client")} Client */
/** @typedef {{ server: string, peer: string, apiKey: string, namespace: string }} Addresses */

/**
 * Uses the client for all that its guide promises.
 *
 * @param {Client} client the package
 * @param {Addresses} addresses of a Persisto server and of `peer.mjs`, and a namespace that is empty
 * @returns {Promise<Record<string, string>>} what came of each check: "ok", or what went wrong
 */
export async function exercise(client, { server, peer, apiKey, namespace }) {
  const { PersistoClient, PersistoError, isPersistoError } = client;
  const memory = new PersistoClient({ apiKey, baseUrl: server });
  /** @param {string} place @param {object} [options] */
  const at = (place, options) => new PersistoClient({ apiKey, baseUrl: `${peer}/${place}`, ...options });
  /** @param {string} place @returns {Promise<{ key: string | null }[]>} what the peer got there */
  const seenAt = async (place) => {
    const response = await fetch(`${peer}/seen?place=${place}`);
    return /** @type {Promise<{ key: string | null }[]>} */ (response.json());
  };

  /** @type {Record<string, () => Promise<void>>} */
  const checks = {
    "save, get, update, delete": async () => {
      const content = "Ada is allergic to peanuts. Ünïcødé 日本語 🥜";
      for (const id of ["ada", "list", "a/b c?d#é%2F"]) {
        const saved = await memory.save({ id, namespace, content, metadata: { topic: "health" } });
        equal(saved.id, id);
        const found = await memory.get({ id, namespace });
        equal(found?.content, content);
        equal(found?.metadata["topic"], "health");
        const updated = await memory.update({ id, namespace, metadata: { topic: "food" } });
        equal(updated.metadata["topic"], "food");
        equal((await memory.delete({ id, namespace })).count, 1);
        equal((await memory.delete({ id, namespace })).count, 0);
        equal(await memory.get({ id, namespace }), null);
      }
    },
    query: async () => {
      await memory.save({ id: "peanuts", namespace, content: "Ada is allergic to peanuts." });
      const { results } = await memory.query({ namespace, query: "What must Ada not eat?" });
      equal(results[0]?.id, "peanuts");
      await memory.delete({ id: "peanuts", namespace });
    },
    pages: async () => {
      const inputs = Array.from({ length: 25 }, (_, index) => ({
        id: `n${index}`,
        namespace,
        content: `Note ${index}`,
      }));
      equal((await memory.saveMany(inputs)).length, 25);
      const page = await memory.list({ namespace, limit: 10 });
      equal(page.memories.length, 10);
      const ids = new Set();
      for await (const { id } of memory.list({ namespace, limit: 10 })) ids.add(id);
      equal(ids.size, 25);
      equal((await memory.deleteNamespace({ namespace })).count, 25);
    },
    "large texts": async () => {
      const content = "Ada and her peanuts. ".repeat(10_000);
      await memory.save({ id: "long", namespace, content });
      equal((await memory.get({ id: "long", namespace }))?.content.length, content.length);
    },
    errors: async () => {
      const wrongKey = new PersistoClient({ apiKey: "psto_wrong_key", baseUrl: server });
      const refused = await thrownBy(() => wrongKey.list());
      equal(refused instanceof client.PersistoAuthError && refused.code, "unauthorized");
      const absent = await thrownBy(() => memory.query({ namespace: `${namespace} nobody`, query: "Anything?" }));
      equal(absent instanceof client.PersistoNotFoundError && isPersistoError(absent) && absent.status, 404);
      equal(absent instanceof PersistoError && typeof absent.requestId, "string");
      const invalid = await thrownBy(() => memory.save({ namespace, content: "" }));
      equal(invalid instanceof client.PersistoValidationError && invalid.details.issues?.[0]?.field, "content");
      const many = await thrownBy(() => at("too-many", { maxRetries: 0 }).list());
      equal(many instanceof client.PersistoRateLimitError && many.details.retryAfterSeconds, 7);
      const lost = await thrownBy(() => at("moved", { maxRetries: 0 }).list());
      equal(lost instanceof PersistoError && lost.message.includes("baseUrl"), true);
    },
    tries: async () => {
      const { count } = await at("busy-twice").delete({ namespace, id: "x" });
      equal(count, 1);
      await at("busy-twice").delete({ namespace, id: "y" });
      const keys = (await seenAt("busy-twice")).map(({ key }) => key);
      equal(keys.length, 4);
      equal(new Set(keys.slice(0, 3)).size, 1);
      equal(new Set(keys).size, 2);
      equal(/^[0-9a-f]{32}$/.test(String(keys[0])), true);
    },
    "Retry-After": async () => {
      const began = Date.now();
      await at("busy-once").list();
      equal(Date.now() - began >= 990, true);
    },
    "lost connections": async () => {
      equal((await at("hangs-up-once").delete({ namespace, id: "x" })).count, 1);
      const keys = (await seenAt("hangs-up-once")).map(({ key }) => key);
      // A browser or a pool may send it again by itself, too.
      equal(keys.length >= 2, true);
      equal(new Set(keys).size, 1);
      const error = await thrownBy(() => at("hangs-up", { maxRetries: 0 }).list());
      equal(isPersistoError(error) && error.code, "unavailable");
      equal(isPersistoError(error) && /is it running/.test(error.message), true);
    },
    timeouts: async () => {
      for (const place of ["silent", "half"]) {
        const began = Date.now();
        const error = await thrownBy(() => at(place, { timeoutMs: 300 }).list());
        equal(isPersistoError(error) && error.code, "unavailable");
        equal(isPersistoError(error) && error.message.includes("within 300 ms"), true);
        equal(Date.now() - began < 5_000, true);
        equal((await seenAt(place)).length, 1);
      }
    },
    signals: async () => {
      const reason = new Error("The user went away.");
      equal(await thrownBy(() => memory.list({}, { signal: AbortSignal.abort(reason) })), reason);
      for (const place of ["silent-a", "half-a", "busy-a"]) {
        const controller = new AbortController();
        setTimeout(() => controller.abort(reason), 200);
        equal(await thrownBy(() => at(place).list({}, { signal: controller.signal })), reason);
        equal((await seenAt(place)).length, 1);
      }
      const late = await thrownBy(() => at("silent").list({}, { signal: AbortSignal.timeout(200) }));
      equal(/** @type {Error} */ (late).name, "TimeoutError");
      const controller = new AbortController();
      controller.abort();
      equal(
        /** @type {Error} */ (await thrownBy(() => memory.list({}, { signal: controller.signal }))).name,
        "AbortError",
      );
    },
    "a fetch of your own": async () => {
      let calls = 0;
      const mine = new PersistoClient({
        apiKey,
        baseUrl: server,
        fetch: (input, init) => {
          calls += 1;
          return fetch(input, init);
        },
      });
      await mine.list();
      equal(calls, 1);
    },
  };

  /** @type {Record<string, string>} */
  const outcomes = {};
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      outcomes[name] = "ok";
    } catch (error) {
      outcomes[name] = error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
    }
  }
  return outcomes;
}

/** @param {unknown} is @param {unknown} should */
function equal(is, should) {
  if (!Object.is(is, should)) throw new Error(`${String(is)} should be ${String(should)}`);
}

/** @param {() => PromiseLike<unknown>} call @returns {Promise<unknown>} */
async function thrownBy(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return "nothing was thrown";
}
