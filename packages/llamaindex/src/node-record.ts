import {
  jsonToNode,
  MetadataMode,
  ObjectType,
  TextNode,
  type BaseNode,
  type RelatedNodeInfo,
} from "@llamaindex/core/schema";
import { storableText, toMetadata } from "@persisto/adapter-kit";
import type { Metadata, SaveInput } from "@persisto/contract";

/** Keys of a memory's metadata that are not the node's own. Filters can ask them, as in other stores of LlamaIndex. */
export const nodeKeys = {
  /** What a node has besides id, text and metadata, as JSON. */
  content: "_node_content",
  id: "_node_id",
  /** Names of the node's metadata that hold an empty list, which no filter of Persisto can tell from others. */
  emptyLists: "_empty_lists",
  document: "ref_doc_id",
} as const;

/** What of a node is not in the JSON: it has a place of its own, or is made again from the rest. */
const keptElsewhere = new Set(["id_", "text", "metadata", "embedding", "hash"]);

const reserved = new Set<string>([...Object.values(nodeKeys), "doc_id", "document_id"]);

/** Stands for the metadata of a related node when it is that of the node, as after splitting a document. */
const same = true;

type Relationships = Record<string, unknown>;
type Related = Omit<RelatedNodeInfo, "metadata"> & { metadata?: unknown };

/** A node as a memory. A node without a source is its own document. */
export function toSaveInput(node: BaseNode, namespace: string): SaveInput {
  const text = "text" in node && typeof node.text === "string" ? node.text : node.getContent(MetadataMode.NONE);
  const content = storableText(text);
  const isBlank = content.trim() === "";
  const own = toMetadata(node.metadata);
  const document = node.sourceNode?.nodeId ?? node.id_;
  const emptyLists = Object.keys(own).filter((key) => Array.isArray(own[key]) && own[key].length === 0);
  const stored = {
    ...pick({ ...node }, (key) => !keptElsewhere.has(key)),
    type: node.type,
    relationships: mapRelated(node.relationships, (related) => shorten(related, node.metadata)),
    shadowed: pick(own, (key) => reserved.has(key)),
    ...(isBlank && { text: content }),
  };
  return {
    namespace,
    id: node.id_,
    // Of an empty page LlamaIndex embeds the metadata, and Persisto keeps no empty memory.
    content: isBlank ? storableText(node.getContent(MetadataMode.EMBED)) || node.id_ : content,
    metadata: {
      ...pick(own, (key) => !reserved.has(key)),
      [nodeKeys.content]: JSON.stringify(stored),
      [nodeKeys.id]: node.id_,
      ...(emptyLists.length > 0 && { [nodeKeys.emptyLists]: emptyLists }),
      [nodeKeys.document]: document,
      doc_id: document,
      document_id: document,
    },
    ...(node.embedding?.length && { embedding: node.embedding }),
  };
}

/** A memory as the node it was; one that no node was saved as, as a text node with the memory's metadata. */
export function toNode({ id, content, metadata }: { id: string; content: string; metadata: Metadata }): BaseNode {
  const stored = parse(metadata[nodeKeys.content]);
  if (!stored) return new TextNode({ id_: id, text: content, metadata });
  const { type, shadowed, relationships, ...rest } = stored;
  const own = { ...pick(metadata, (key) => !reserved.has(key)), ...(shadowed as Metadata) };
  const json = {
    text: content,
    ...rest,
    id_: id,
    metadata: own,
    relationships: mapRelated(relationships as Relationships, (related) => lengthen(related, own)),
  };
  return jsonToNode(json, isObjectType(type) ? type : ObjectType.TEXT);
}

/** Related nodes carry the metadata of their node, which would be there up to four times. */
function shorten(related: Related, own: object): Related {
  return JSON.stringify(related.metadata) === JSON.stringify(own) ? { ...related, metadata: same } : related;
}

function lengthen(related: Related, own: Metadata): Related {
  return related.metadata === same ? { ...related, metadata: { ...own } } : related;
}

function mapRelated(relationships: Relationships, change: (related: Related) => Related): Relationships {
  const entries = Object.entries(relationships).map(([kind, related]) => [
    kind,
    Array.isArray(related) ? related.map((each: Related) => change(each)) : change(related as Related),
  ]);
  return Object.fromEntries(entries) as Relationships;
}

/** Null for what this package has not written, whatever it is. */
function parse(content: unknown): Record<string, unknown> | null {
  if (typeof content !== "string") return null;
  try {
    const stored: unknown = JSON.parse(content);
    const isNode = typeof stored === "object" && stored !== null && "relationships" in stored;
    return isNode ? { ...stored } : null;
  } catch {
    return null;
  }
}

function pick<Value>(object: Record<string, Value>, isWanted: (key: string) => boolean): Record<string, Value> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => isWanted(key)));
}

function isObjectType(type: unknown): type is ObjectType {
  return Object.values<unknown>(ObjectType).includes(type);
}
