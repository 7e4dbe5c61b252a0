import { storableText } from "@persisto/adapter-kit";
import { limits, PersistoError, type JsonValue, type SaveInput } from "@persisto/contract";
import type { UIMessage } from "ai";
import { textOfParts } from "../turn.js";

/** UTF-16 units of JSON in one record: with three bytes each they fit into the metadata with room for the rest. */
const PIECE_LENGTH = 5_000;

/** What of a record is read again. */
export interface ChatRecord {
  id: string;
  metadata: Record<string, JsonValue>;
}

/** A record of a message of a chat. */
export type ChatRecordInput = SaveInput & ChatRecord;

/**
 * The records of a chat. Each message has one whose content is its text, so that chats can be searched, and whose
 * metadata has the message as JSON; what is too long for metadata goes on in further records.
 */
export function toRecords(namespace: string, chatId: string, messages: readonly UIMessage[]): ChatRecordInput[] {
  return messages.flatMap((message, position) => {
    const pieces = inPieces(JSON.stringify(message));
    return pieces.map((json, piece) => ({
      namespace,
      id: `${chatId}/${position}/${piece}`,
      content: piece === 0 ? contentOf(message) : "(continued)",
      metadata: { chat: chatId, role: message.role, position, piece, pieces: pieces.length, json },
    }));
  });
}

/**
 * The messages of a chat's records, in order.
 * @throws PersistoError internal when a piece of a message is missing.
 */
export function fromRecords(chatId: string, records: readonly ChatRecord[]): unknown[] {
  const pieces = records.map(({ metadata }) => metadata).filter(isPiece);
  const byPlace = new Map(pieces.map((piece) => [`${piece.position}/${piece.piece}`, piece.json]));
  const firsts = pieces.filter(({ piece }) => piece === 0).sort((left, right) => left.position - right.position);
  return firsts.map(({ position, pieces: count }) => {
    const json = Array.from({ length: count }, (_, piece) => byPlace.get(`${position}/${piece}`));
    if (!json.includes(undefined)) return JSON.parse(json.join("")) as unknown;
    throw new PersistoError("internal", `Message ${position} of chat ${chatId} is incomplete; save the chat again.`);
  });
}

/** Whether metadata is that of a piece; other memories of the namespace are none of ours. */
function isPiece(
  metadata: Record<string, unknown>,
): metadata is { position: number; piece: number; pieces: number; json: string } {
  const { position, piece, pieces, json } = metadata;
  return [position, piece, pieces].every(Number.isInteger) && typeof json === "string";
}

/** The records of messages that are new or not as they are stored, each message whole: pieces of two versions make none. */
export function toChangedRecords(
  wanted: readonly ChatRecordInput[],
  stored: ReadonlyMap<string, ChatRecord>,
): ChatRecordInput[] {
  const changed = wanted.filter((record) => !isSame(stored.get(record.id), record));
  const positions = new Set(changed.map(({ metadata }) => metadata["position"]));
  return wanted.filter(({ metadata }) => positions.has(metadata["position"]));
}

/** Whether a record that is there says the same as one that shall be. */
function isSame(stored: ChatRecord | undefined, wanted: ChatRecordInput): boolean {
  return (
    stored?.metadata["json"] === wanted.metadata["json"] && stored?.metadata["pieces"] === wanted.metadata["pieces"]
  );
}

function contentOf({ role, parts }: UIMessage): string {
  return storableText(textOfParts(parts), limits.contentBytes) || `(a message of the ${role} without text)`;
}

/** Cut between code points: half of one is no text. */
function inPieces(json: string): string[] {
  const pieces: string[] = [];
  for (let start = 0, end; start < json.length; start = end) {
    end = start + PIECE_LENGTH;
    if (json.codePointAt(end - 1)! > 0xff_ff) end++;
    pieces.push(json.slice(start, end));
  }
  return pieces;
}
