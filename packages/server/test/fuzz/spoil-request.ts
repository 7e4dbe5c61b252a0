import type { DocumentOperation, ModelRequest } from "./document-requests.js";
import type { Mutation } from "./mutations.js";

/** A request as bytes, or nearly: what `sendFuzz` puts on the wire. */
export interface WireRequest {
  method: string;
  /** With the query string. */
  path: string;
  headers: [name: string, value: string][];
  body: Buffer | undefined;
  /** Whether the sender says that nothing more comes, with an answer still to come. */
  hangsUp?: boolean;
  hasNoHost?: boolean;
}

type Tree = { [name: string]: unknown };

/** Stands for a number that JSON.stringify would not write. */
const tokenMark = "fuzz-token:";

/** The request with one thing wrong, on its way. */
export function spoilRequest(
  { parameters, body }: ModelRequest,
  mutation: Mutation,
  { operation, key }: { operation: DocumentOperation; key: string },
): WireRequest {
  const tree = structuredClone({ parameters, ...(body !== undefined && { body }) }) as Tree;
  spoilTree(tree, mutation);
  const text = tree["body"] === undefined ? undefined : spoilText(toJson(tree["body"]), mutation);
  const bytes = text === undefined ? undefined : spoilBytes(Buffer.from(text), mutation);
  const wire: WireRequest = {
    method: operation.method,
    path: toPath(operation, tree["parameters"] as Tree),
    headers: [
      ["Authorization", `Bearer ${key}`],
      ...(bytes ? [["Content-Type", "application/json"] as [string, string]] : []),
    ],
    body: bytes,
  };
  return spoilHttp(wire, mutation);
}

function spoilTree(tree: Tree, mutation: Mutation): void {
  const places = placesOf(tree);
  const place = "at" in mutation ? places[mutation.at % Math.max(1, places.length)] : undefined;
  const set = (value: unknown) => place && define(place.holder, place.name, value);
  switch (mutation.kind) {
    case "type swap":
      set(mutation.value);
      break;
    case "missing field":
      if (place && !Array.isArray(place.holder)) Reflect.deleteProperty(place.holder, place.name);
      break;
    case "extra field":
      define(holders(tree)[mutation.at % holders(tree).length]!, mutation.name, mutation.value);
      break;
    case "boundary":
      if (place) set(atBound(place.holder[place.name], mutation.bound));
      break;
    case "huge value":
      if (place) set(atBound(place.holder[place.name], mutation.size));
      break;
    case "deep nesting":
      set(nested(mutation.levels, mutation.inObjects));
      break;
    case "odd text":
      set(mutation.text);
      break;
    case "odd key":
      define(holders(tree)[mutation.at % holders(tree).length]!, mutation.text, 1);
      break;
    case "odd number":
      set(tokenMark + mutation.token);
      break;
    default:
  }
}

function spoilText(json: string, mutation: Mutation): string {
  switch (mutation.kind) {
    case "whole body":
      return mutation.text;
    case "duplicate key": {
      const names = [...json.matchAll(/"(?:[^"\\]|\\.)*":/g)];
      const chosen = names[mutation.at % Math.max(1, names.length)];
      if (chosen === undefined) return json;
      return `${json.slice(0, chosen.index)}${chosen[0]}${JSON.stringify(mutation.value)},${json.slice(chosen.index)}`;
    }
    default:
      return json;
  }
}

function spoilBytes(bytes: Buffer, mutation: Mutation): Buffer {
  if (mutation.kind !== "odd bytes") return bytes;
  const at = mutation.at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(mutation.bytes), bytes.subarray(at)]);
}

function spoilHttp(request: WireRequest, mutation: Mutation): WireRequest {
  const { headers, body } = request;
  const length: [string, string][] = body ? [["Content-Length", String(body.length)]] : [];
  const whole = { ...request, headers: [...headers, ...length] };
  switch (mutation.kind) {
    case "no host":
      return { ...whole, hasNoHost: true };
    case "method":
      return { ...whole, method: mutation.method };
    case "path":
      return { ...whole, path: mutation.path };
    case "query string":
      return { ...whole, path: `${request.path}${request.path.includes("?") ? "&" : "?"}${mutation.text}` };
    case "key": {
      const others = whole.headers.filter(([name]) => name !== "Authorization");
      const { authorization } = mutation;
      return { ...whole, headers: authorization === null ? others : [...others, ["Authorization", authorization]] };
    }
    case "header":
      return {
        ...whole,
        // Or the server would wait for the first chunk.
        hangsUp: mutation.name === "Transfer-Encoding",
        headers: [...whole.headers.filter(([name]) => name !== mutation.name), [mutation.name, mutation.value]],
      };
    case "truncated body": {
      if (body === undefined) return whole;
      const part = body.subarray(0, mutation.at % Math.max(1, body.length));
      return mutation.announced
        ? { ...whole, body: part, hangsUp: true }
        : { ...whole, headers: [...headers, ["Content-Length", String(part.length)]], body: part };
    }
    default:
      return whole;
  }
}

/** Of a list as JSON: enough for more memories than a batch may have, and little enough to be sent at once. */
const maxListLength = 8_000_000;

/** A value of the same kind, as long or as high as the bound. */
function atBound(value: unknown, bound: number): unknown {
  const length = Math.max(0, Math.round(bound));
  if (typeof value === "string") return length > 400_000 ? bound : "ü".repeat(length);
  if (Array.isArray(value)) {
    const itemLength = (JSON.stringify(value[0]) ?? "").length + 1;
    return new Array<unknown>(Math.min(length, 20_000, Math.floor(maxListLength / itemLength))).fill(value[0] ?? null);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Array.from({ length: Math.min(length, 20_000) }, (_, index) => [`k${index}`, 1]));
  }
  return bound;
}

/** As a token, because what is too deep for the server may be too deep for JSON.stringify as well. */
function nested(levels: number, inObjects: boolean): string {
  const [open, close] = inObjects ? ["{'a':", "}"] : ["[", "]"];
  return `${tokenMark}${open.repeat(levels)}1${close.repeat(levels)}`;
}

/** The text that a marked value stands for; its quotes were single ones, so that they would not be escaped. */
function unmark(token: string): string {
  return token.slice(tokenMark.length).replaceAll("'", '"');
}

interface Place {
  holder: Tree;
  name: string;
}

/** Every member of every object and list, the two roots left out. */
function placesOf(tree: Tree): Place[] {
  return holders(tree).flatMap((holder) => Object.keys(holder).map((name) => ({ holder, name })));
}

/** The objects and lists in a tree that is not yet spoiled, so not deep. */
function holders(tree: Tree): Tree[] {
  const inside = (value: unknown): Tree[] =>
    typeof value === "object" && value !== null ? [value as Tree, ...Object.values(value).flatMap(inside)] : [];
  return Object.values(tree).flatMap(inside);
}

/** Also `__proto__` becomes a member of its own. */
function define(holder: Tree, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

function toJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(new RegExp(`"(${tokenMark}[^"]*)"`, "g"), (_, token: string) =>
    unmark(token),
  );
}

function toPath({ template, pathParameters }: DocumentOperation, parameters: Tree): string {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => escape(parameters[name]));
  const query = Object.keys(parameters)
    .filter((name) => !pathParameters.includes(name))
    .map((name) => `${escape(name)}=${escape(parameters[name])}`);
  return `/v1${path}${query.length > 0 ? "?" : ""}${query.join("&")}`;
}

/** Percent-encoded bytes of a value as text; a lone surrogate as the three bytes that it would be. */
function escape(value: unknown): string {
  const text = typeof value === "string" ? value : value === undefined ? "" : toJson(value);
  const plain = text.startsWith(tokenMark) ? unmark(text) : text;
  return plain.replace(/[\ud800-\udbff][\udc00-\udfff]|[^]/g, (character) =>
    character.isWellFormed() ? encodeURIComponent(character) : "%ED%A0%80",
  );
}
