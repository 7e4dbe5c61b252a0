/** A memory to load. Ids are unique in the store. */
export interface PeerRow {
  readonly id: string;
  readonly namespace: string;
  readonly content: string;
  readonly vector: readonly number[];
}

/** A store of somebody else. */
export interface Peer {
  readonly name: string;
  /** Saves rows the fastest way its API has. */
  load(rows: readonly PeerRow[]): Promise<void>;
  /** Called once, when all rows are there: builds its index, if it is to have one. */
  afterLoad?(): Promise<void>;
  /** Ids of the nearest rows of a namespace, best first. The text is for stores that take nothing else. */
  query(question: { vector: readonly number[]; text: string; k: number; namespace: string }): Promise<string[]>;
  close(): Promise<void>;
}

/** Where a peer may keep its data: an empty database with pgvector, and an empty folder. */
export interface PeerPlace {
  readonly databaseUrl: string;
  readonly folder: string;
  readonly dimensions: number;
  /** The vector of any text, for stores that make their own calls. */
  readonly embed: (text: string) => number[];
}

/** Each peer file exports its ways of being used, by name. */
export type Peers = Readonly<Record<string, (place: PeerPlace) => Promise<Peer>>>;
