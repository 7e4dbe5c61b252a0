import {
  mapChatMessagesToStoredMessages,
  mapStoredMessagesToChatMessages,
  type BaseMessage,
  type StoredMessage,
} from "@langchain/core/messages";
import { findJsonIssue, limits, type MemoryRecord, type Metadata, type SaveInput } from "@persisto/contract";
import { toMetadata } from "../to-json.js";

/** What the rest of a message may take of the metadata, in UTF-16 units of up to three bytes. */
const mostUnits = limits.metadataBytes / 4;

/**
 * A message as a memory. A text is the content, so that it can be found by it, and all else is metadata; what does not fit there
 * (images, long arguments of tools) is kept as JSON.
 */
export function toRecord(message: BaseMessage): Pick<SaveInput, "content" | "metadata"> {
  const [{ type, data } = never()] = mapChatMessagesToStoredMessages([message]);
  const { content, ...rest } = data;
  const metadata = { type, format: "text", message: rest };
  return isText(content) && fits(metadata)
    ? { content, metadata: toMetadata(metadata) }
    : { content: JSON.stringify({ type, data }), metadata: { type, format: "json" } };
}

/** The message that a memory holds; another program's memory is what a human said. */
export function toMessage({ content, metadata }: MemoryRecord): BaseMessage {
  const [message = never()] = mapStoredMessagesToChatMessages([storedMessage(content, metadata)]);
  return message;
}

function storedMessage(content: string, { type, format, message }: Metadata): StoredMessage {
  // Written by toRecord.
  if (format === "json") return JSON.parse(content) as StoredMessage;
  const data = { ...(message as object | undefined), content } as StoredMessage["data"];
  return { type: typeof type === "string" ? type : "human", data };
}

/** Also false for what Postgres cannot hold, which JSON can. */
function isText(content: unknown): content is string {
  return typeof content === "string" && content.trim() !== "" && findJsonIssue(content) === null;
}

function fits(metadata: Record<string, unknown>): boolean {
  const asJson = toMetadata(metadata);
  return (
    JSON.stringify(asJson).length <= mostUnits && findJsonIssue(asJson) === null && depth(asJson) < limits.jsonDepth
  );
}

function depth(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depth));
}

function never(): never {
  throw new Error("One message gives one stored message.");
}
