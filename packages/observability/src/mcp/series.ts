/** The requests of one method and name, as the metrics count them. */
export interface Operation {
  /** The name as a label value. */
  readonly name: string;
  /** Counts the size of a request. */
  received(bytes: number): void;
  /** Counts the size of an answer. */
  sent(bytes: number): void;
}

/** The requests of one method, as the metrics count them. */
export interface Series {
  readonly method: string;
  /** Whether requests of this method name a tool or a prompt. */
  readonly named: boolean;
  /** Whether requests of this method are about a task. */
  readonly aboutTask: boolean;
  /** The operation with this name, if a request had this name before. */
  find(name: string): Operation | undefined;
}
