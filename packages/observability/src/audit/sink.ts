/** The end of a chain of records. */
export interface Tail {
  readonly seq: number;
  readonly hash: string;
  /** Size in bytes of a line that was never finished. */
  readonly unfinished: number;
}

/** A place for records. If a record can't be written, it throws the reason. */
export interface Sink {
  /** The end of the records before. */
  readonly tail: Tail;
  /** Bytes written to the present file. */
  readonly size: number;
  append(line: string): void;
  sync(): void;
  /** The same, asynchronously. */
  syncLater(): void;
  /** Begins another file, and renames the present one by the number of its last record. */
  rotate(seq: number): void;
  close(): void;
}
