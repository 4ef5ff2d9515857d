/** Where a chain of records stopped. */
export interface Tail {
  readonly seq: number;
  readonly hash: string;
  /** Bytes of a line that was never finished. */
  readonly unfinished: number;
}

/** Where records go. What it throws is the reason why one could not be written. */
export interface Sink {
  /** Where the records before stopped. */
  readonly tail: Tail;
  /** Bytes written to what records go to now. */
  readonly size: number;
  append(line: string): void;
  sync(): void;
  /** The same, while others go on. */
  syncLater(): void;
  /** Begins another file, and keeps what is there under a name that tells its last record. */
  rotate(seq: number): void;
  close(): void;
}
