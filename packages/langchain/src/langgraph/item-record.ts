import type { Item } from "@langchain/langgraph-checkpoint";
import { storableText, toMetadata } from "@persisto/adapter-kit";
import { findJsonIssue, type JsonValue, type MemoryRecord, type Metadata, type SaveInput } from "@persisto/contract";
import { fitsMetadata } from "../fits-metadata.js";
import { pathsAround, toLabels, toPath } from "./place.js";
import { textOf } from "./text-of.js";

/** Of a value that is kept as JSON, texts up to this length can still be filtered by. */
const filterableUnits = 100;

/** What is put. */
export interface NewItem {
  labels: readonly string[];
  key: string;
  value: Record<string, unknown>;
  /** Fields to search by; empty for an item that is not searched by meaning. */
  fields: readonly string[];
  at: Date;
}

/** What is in the metadata of an item. */
export interface ItemMetadata extends Metadata {
  key: string;
  path: string;
  /** The path, and those it lies in. */
  within: string[];
  /** Whether its text is searched by meaning. */
  indexed: boolean;
  /** Where the whole value is: in `value`, or as JSON in the content. */
  kept: "metadata" | "content";
  value: Metadata;
  updatedAt: string;
}

/**
 * An item as a memory: the text it is found by is the content, its value is metadata, so that filters can test it. A value
 * that does not fit there is kept, and searched, as JSON, with its short fields beside it for filters.
 */
export function toRecord({
  labels,
  key,
  value,
  fields,
  at,
}: NewItem): Required<Pick<SaveInput, "content" | "metadata">> {
  const json = toMetadata(value);
  const text = storableText(textOf(json, fields)).trim();
  const fits = fitsMetadata({ value: json });
  const metadata: ItemMetadata = {
    key,
    path: toPath(labels),
    within: pathsAround(labels),
    indexed: text !== "",
    kept: fits ? "metadata" : "content",
    value: fits ? json : filterable(json),
    updatedAt: at.toISOString(),
  };
  if (!fits) return { content: JSON.stringify(json), metadata };
  // Something must be kept as the text, also of what is not searched by it.
  return { content: text === "" ? key : text, metadata };
}

/** The item of a memory; `content` must be whole. */
export function toItem({
  content,
  metadata,
  createdAt,
}: Pick<MemoryRecord, "content" | "metadata" | "createdAt">): Item {
  const { key, path, kept, value, updatedAt } = metadata as ItemMetadata;
  const created = new Date(createdAt);
  const updated = new Date(updatedAt);
  return {
    value: kept === "metadata" ? value : (JSON.parse(content) as Metadata),
    key,
    namespace: toLabels(path),
    createdAt: created,
    // Two clocks: the database's and this process's.
    updatedAt: updated < created ? created : updated,
  };
}

/** Whether the value of an item stands in its content, of which a hit may have a passage only. */
export function isKeptInContent(metadata: Metadata): boolean {
  return metadata["kept"] === "content";
}

function filterable(value: Metadata): Metadata {
  const short = Object.entries(value).filter(([key, item]) => isShort(item) && findJsonIssue({ [key]: item }) === null);
  return Object.fromEntries(short.slice(0, 20));
}

function isShort(value: JsonValue): boolean {
  return typeof value === "string" ? value.length <= filterableUnits : typeof value !== "object";
}
