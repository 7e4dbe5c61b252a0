import type { Readable } from "node:stream";
import { decodeUtf8 } from "./decode-utf8.js";
import { ImportError } from "./import-item.js";

/** A line of a file, without its newline. */
export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** How far into the file it ends, in bytes. */
  readonly end: number;
}

/** Far above the largest memory with its vector; what is longer has no lines. */
const longestMegabytes = 64;

const newline = 0x0a;

/**
 * The lines of a stream of bytes, of which one is held at a time. Not by `node:readline`: its iterator loses the errors of the stream,
 * guesses at what is not UTF-8 and holds a line of any length.
 */
export async function* splitLines(stream: Readable): AsyncGenerator<Line> {
  let number = 1;
  let end = 0;
  let begun: Buffer[] = [];
  let length = 0;

  const add = (part: Buffer): void => {
    begun.push(part);
    length += part.length;
    if (length > longestMegabytes * 1e6) {
      throw new ImportError(`line ${number}: is longer than ${longestMegabytes} MB; is it another --format?`);
    }
  };
  const finish = (): Line => {
    end += length;
    const line = { text: decodeUtf8(Buffer.concat(begun), `line ${number}`), number, end };
    number += 1;
    begun = [];
    length = 0;
    return line;
  };

  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      add(chunk.subarray(from, at));
      yield finish();
      end += 1;
      from = at + 1;
    }
    if (from < chunk.length) add(chunk.subarray(from));
  }
  if (length > 0) yield finish();
}
