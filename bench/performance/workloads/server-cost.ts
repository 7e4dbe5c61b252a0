import { Agent, request, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { compare, type Measured } from "../compare.js";
import type { CleanUp } from "../clean-up.js";
import { repeat } from "../measure.js";
import type { NoOpKind } from "../subjects/no-op-server.js";
import { startChild } from "../subjects/start-child.js";
import type { Bench, Table } from "./bench.js";

const body = JSON.stringify({ namespace: "notes", query: "What does Ann like?", k: 10 });

/** So many that what takes the server's time has been compiled for good: what is measured is a server that has been running for a while. */
const warmUp = 3_000;

const names: Record<NoOpKind, string> = {
  express: "Express with its JSON parser",
  unauthenticated: "Persisto's server, every credential let in",
  persisto: "Persisto's server",
};

/** W12: what the server costs when the engine does nothing: next to bare Express, and what authentication adds. */
export async function serverCost(bench: Bench, cleanUp: CleanUp): Promise<Table> {
  const open = async (kind: NoOpKind): Promise<(concurrency: number) => Measured> => {
    const child = await startChild("no-op-server.ts", kind);
    const [url = "", key = ""] = child.firstLine.split(" ");
    const agent = new Agent({ keepAlive: true });
    cleanUp.add(async () => {
      agent.destroy();
      await child.close();
    });
    const ask = () => post(`${url}/memory/query`, { key, agent });
    return (concurrency) => ({
      name: names[kind],
      async measure() {
        for (let warm = 0; warm < warmUp; warm += 1) await ask();
        return { ...(await repeat({ concurrency, durationMs: bench.durationMs }, ask)), recall: 1 };
      },
    });
  };
  bench.say("the server alone");
  const express = await open("express");
  const unauthenticated = await open("unauthenticated");
  const persisto = await open("persisto");
  const { rounds } = bench;
  return {
    title: "W12 the server when the engine does nothing, POST /memory/query with a key",
    comparisons: [
      ...(await compare("c = 16, next to Express", {
        reference: express(16),
        subjects: [persisto(16)],
        rounds,
      })),
      ...(await compare("c = 1, what authentication adds", {
        reference: unauthenticated(1),
        subjects: [persisto(1)],
        rounds,
      })),
    ],
  };
}

/** By `node:http`: `fetch` would cost as much as the server. */
async function post(url: string, { key, agent }: { key: string; agent: Agent }): Promise<void> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(url, {
      method: "POST",
      agent,
      headers: {
        Authorization: `Bearer ${key}`,
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(body),
      },
    });
    sent.on("response", resolve).on("error", reject).end(body);
  });
  const answered = await text(answer);
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}: ${answered}`);
}
