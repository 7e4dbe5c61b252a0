import { AsyncLocalStorage } from "node:async_hooks";
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type SpanStatus,
  type Tracer,
} from "@opentelemetry/api";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTelemetry } from "../src/tracing/open-telemetry.js";
import { traceIdOf } from "../src/trace-parent.js";
import { collectLog } from "./log-lines.js";
import { startTestServer, type TestServer } from "./test-server.js";

/** A span as an SDK would export it. */
interface Recorded {
  name: string;
  kind: SpanKind | undefined;
  attributes: Attributes;
  status: SpanStatus;
  traceId: string;
  spanId: string;
  parentId: string | undefined;
}

const ended: Recorded[] = [];
const log = collectLog();
let server: TestServer;

beforeAll(async () => {
  registerSdk();
  server = await startTestServer({ logger: log.logger, tracing: openTelemetry({ version: "1.2.3" }) });
}, 120_000);

afterAll(() => server.stop());

beforeEach(() => {
  ended.length = 0;
  log.lines.length = 0;
});

async function spansOf(count: number, send: () => Promise<unknown>): Promise<Recorded[]> {
  await send();
  await expect.poll(() => ended.length).toBe(count);
  return ended;
}

test("a request has a span, and the verb one inside it", async () => {
  const body = { namespace: "n", content: "Prefers tea." };
  const [verb, request] = await spansOf(2, () => server.send("POST", "/v1/memory/save", { body }));
  expect(request).toMatchObject({
    name: "POST /memory/save",
    kind: SpanKind.SERVER,
    status: { code: SpanStatusCode.UNSET },
    parentId: undefined,
    attributes: {
      "http.request.method": "POST",
      "http.route": "/memory/save",
      "http.response.status_code": 200,
      "persisto.project_id": "default",
      "persisto.request_id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  });
  expect(verb).toMatchObject({ name: "persisto.save", parentId: request?.spanId, traceId: request?.traceId });
});

test("the sender's trace goes on, and the log tells it", async () => {
  const id = "4bf92f3577b34da6a3ce929d0e0e4736";
  const headers = { traceparent: `00-${id}-00f067aa0ba902b7-01` };
  const spans = await spansOf(2, () => server.send("GET", "/memory/list", { headers }));
  expect(spans.map(({ traceId }) => traceId)).toEqual([id, id]);
  expect(spans[1]?.parentId).toBe("00f067aa0ba902b7");
  await expect.poll(() => log.requests()[0]?.["traceId"]).toBe(id);
});

test("without one the log tells the trace that begins here", async () => {
  const [health] = await spansOf(1, () => server.send("GET", "/healthz"));
  await expect.poll(() => log.requests()[0]?.["traceId"]).toBe(health?.traceId);
});

describe("what goes wrong", () => {
  test("is an error of the verb; of the request only when it is ours", async () => {
    const [verb, request] = await spansOf(2, () => server.send("GET", "/memory/absent"));
    expect(verb).toMatchObject({
      name: "persisto.get",
      status: { code: SpanStatusCode.ERROR },
      attributes: { "error.type": "not_found" },
    });
    expect(request).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      attributes: { "error.type": "not_found", "http.response.status_code": 404 },
    });
    ended.length = 0;

    const broken = await startTestServer({
      tracing: openTelemetry({ version: "1.2.3" }),
      authenticate: () => Promise.reject(new Error("a secret")),
    });
    const [failed] = await spansOf(1, () => broken.send("GET", "/memory/list"));
    expect(failed).toMatchObject({ status: { code: SpanStatusCode.ERROR }, attributes: { "error.type": "internal" } });
    await broken.stop();
  });

  test("is told without what was sent", async () => {
    const canary = "canary7f3a";
    const body = { namespace: canary, content: canary, [canary]: canary };
    await spansOf(6, async () => {
      await server.send("POST", "/memory/save", { body });
      await server.send("GET", `/memory/${canary}?namespace=${canary}`);
      await server.send("POST", "/memory/query", { body: { namespace: canary, query: canary } });
    });
    const told = JSON.stringify(ended);
    expect(told).not.toContain(canary);
    expect(told).not.toContain(server.key);
  });
});

/** As small an SDK as there can be, registered where a real one registers itself. */
function registerSdk(): void {
  const storage = new AsyncLocalStorage<Context>();
  context.setGlobalContextManager({
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, work, self, ...values) => storage.run(active, () => work.call(self as never, ...values)),
    bind: (_context, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
  propagation.setGlobalPropagator({
    inject: () => undefined,
    fields: () => ["traceparent"],
    extract(parent, carrier: Record<string, string>) {
      const { traceparent } = carrier;
      const traceId = traceIdOf(traceparent);
      if (traceparent === undefined || traceId === undefined) return parent;
      return trace.setSpanContext(parent, {
        traceId,
        spanId: traceparent.split("-")[2]!,
        traceFlags: 1,
        isRemote: true,
      });
    },
  });
  const startSpan = (name: string, kind: SpanKind | undefined, attributes: Attributes, parent: Context): Span => {
    const above = trace.getSpanContext(parent);
    const own: SpanContext = { traceId: above?.traceId ?? hex(32), spanId: hex(16), traceFlags: 1 };
    const recorded: Recorded = {
      name,
      kind,
      attributes: { ...attributes },
      status: { code: SpanStatusCode.UNSET },
      ...own,
      parentId: above?.spanId,
    };
    const span = trace.wrapSpanContext(own);
    return Object.assign(span, {
      setAttribute: (key: string, value: string) => ((recorded.attributes[key] = value), span),
      setStatus: (status: SpanStatus) => ((recorded.status = status), span),
      updateName: (newName: string) => ((recorded.name = newName), span),
      end: () => void ended.push(recorded),
    });
  };
  trace.setGlobalTracerProvider({
    getTracer: () => ({
      startSpan: (name, options = {}, parent = context.active()) =>
        startSpan(name, options.kind, options.attributes ?? {}, parent),
      startActiveSpan: ((name: string, work: (span: Span) => unknown) => {
        const span = startSpan(name, undefined, {}, context.active());
        return context.with(trace.setSpan(context.active(), span), () => work(span));
      }) as Tracer["startActiveSpan"],
    }),
  });
  // As if the SDK had brought an API 1.9.0 of its own along.
  const shared = Symbol.for("opentelemetry.js.api.1");
  Reflect.set(globalThis, shared, { ...Reflect.get(globalThis, shared), version: "1.9.0" });
}

function hex(length: number): string {
  return Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join("");
}
