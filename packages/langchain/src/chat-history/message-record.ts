import {
  mapChatMessagesToStoredMessages,
  mapStoredMessagesToChatMessages,
  type BaseMessage,
  type StoredMessage,
} from "@langchain/core/messages";
import { toMetadata } from "@persisto/adapter-kit";
import { findJsonIssue, type MemoryRecord, type Metadata, type SaveInput } from "@persisto/contract";
import { fitsMetadata } from "../fits-metadata.js";

/**
 * A message as a memory. A text is the content, so that it can be found by it, and all else is metadata; what does not fit there
 * (images, long arguments of tools) is kept as JSON.
 */
export function toRecord(message: BaseMessage): Pick<SaveInput, "content" | "metadata"> {
  const [{ type, data } = never()] = mapChatMessagesToStoredMessages([message]);
  const { content, ...rest } = data;
  const metadata = toMetadata({ type, format: "text", message: rest });
  return isText(content) && fitsMetadata(metadata)
    ? { content, metadata }
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

function never(): never {
  throw new Error("One message gives one stored message.");
}
