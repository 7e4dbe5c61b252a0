import type { Peer, PeerRow } from "../../peers/src/peer.mjs";
import type { Row } from "../corpus/corpus.js";
import type { Search, Subject } from "./subject.js";

/** A peer as a subject: ids of the corpus are unique in a namespace, those of a peer in the whole store. */
export class PeerSubject implements Subject {
  readonly name: string;
  readonly #peer: Peer;

  constructor(peer: Peer) {
    this.name = peer.name;
    this.#peer = peer;
  }

  save(row: Row): Promise<void> {
    return this.#peer.load([toPeerRow(row)]);
  }

  saveMany(rows: readonly Row[]): Promise<void> {
    return this.#peer.load(rows.map(toPeerRow));
  }

  async search({ question, k }: Search): Promise<string[]> {
    const { vector, text, namespace } = question;
    const ids = await this.#peer.query({ vector: [...vector], text, k, namespace });
    return ids.map((id) => id.slice(namespace.length + 1));
  }

  async afterLoad(): Promise<void> {
    await this.#peer.afterLoad?.();
  }

  close(): Promise<void> {
    return this.#peer.close();
  }
}

function toPeerRow({ id, namespace, content, vector }: Row): PeerRow {
  return { id: `${namespace}/${id}`, namespace, content, vector: [...vector] };
}
