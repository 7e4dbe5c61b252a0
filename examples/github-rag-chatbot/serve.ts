import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from "express";
import { z } from "zod";
import { answer, type AnswerOptions } from "./answer.js";
import { readSource } from "./read-repository.js";

export interface ChatOptions extends Omit<AnswerOptions, "signal"> {
  /** The paths that may be shown, as Git names them; no other file is ever opened. */
  files: ReadonlySet<string>;
}

const turn = z.object({ role: z.enum(["user", "assistant"]), content: z.string().min(1).max(20_000) });
const question = z.object({ messages: z.array(turn).min(1).max(200) });

/** The chat page, its answers (one line of JSON each part) and the files it cites. */
export function createChat({ files, ...options }: ChatOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(onlyFromThisMachine, secure);
  app.use(express.static(fileURLToPath(new URL("page", import.meta.url))));
  app.get("/about", (_, response) => {
    const { model, repository } = options;
    response.json({ name: repository.name, model: (typeof model === "string" ? model : model?.modelId) ?? null });
  });
  app.get("/file", async (request, response) => {
    const { path } = request.query;
    const isIndexed = typeof path === "string" && files.has(path);
    const source = isIndexed ? await readSource(options.repository.root, path) : null;
    if (source && "text" in source) response.type("text/plain").send(source.text);
    else response.status(404).type("text/plain").send("There is no such file in the index.");
  });
  app.post("/ask", express.json({ limit: "2mb" }), async (request, response) => {
    const { data } = question.safeParse(request.body);
    if (data?.messages.at(-1)?.role !== "user") {
      response.status(400).json({ error: "Send { messages: [{ role, content }] }, the last one the user's." });
      return;
    }
    const stop = new AbortController();
    response.on("close", () => stop.abort());
    await send(response, answer(data.messages, { ...options, signal: stop.signal }));
  });
  app.use(tellError);
  return app;
}

/** Serves to this machine alone. @throws Error when the port is taken. */
export async function serve(app: Express, port: number): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(app).listen(port, "127.0.0.1");
  await once(server, "listening").catch((cause: unknown) => {
    throw new Error(`Port ${port} cannot be had; give another one with --port.`, { cause });
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function send(response: Response, parts: AsyncIterable<object>): Promise<void> {
  response.type("application/x-ndjson");
  try {
    for await (const part of parts) response.write(`${JSON.stringify(part)}\n`);
  } catch (error) {
    if (response.destroyed) return;
    response.write(`${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`);
  }
  response.end();
}

/** A page of the web that has its own name point here still says that name. */
const onlyFromThisMachine: RequestHandler = (request, response, next) => {
  if (["127.0.0.1", "localhost"].includes(request.hostname)) next();
  else response.status(403).type("text/plain").send("Open http://127.0.0.1 instead.");
};

/** The page builds its text without HTML; should it ever not, this lets no script of a file run. */
const secure: RequestHandler = (_, response, next) => {
  response.set({
    "content-security-policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  });
  next();
};

const tellError: ErrorRequestHandler = (error: { status?: number; message?: string }, _, response, next) => {
  if (response.headersSent) next(error);
  else response.status(error.status ?? 500).json({ error: error.message ?? "Something went wrong." });
};
