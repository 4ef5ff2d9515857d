/**
 * A transport that no SDK knows: JSON text between two ends, with only the required methods.
 * Messages that are sent before the other end has started wait for it.
 */
export class Wire {
  onmessage?: (message: unknown) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  private other: Wire | undefined;
  private started = false;
  private readonly waiting: string[] = [];

  static pair(): [Wire, Wire] {
    return Wire.join(new Wire(), new Wire());
  }

  static join<One extends Wire, Two extends Wire>(one: One, two: Two): [One, Two] {
    one.other = two;
    two.other = one;
    return [one, two];
  }

  async start(): Promise<void> {
    this.started = true;
    for (const text of this.waiting.splice(0)) this.receive(text);
  }

  async send(message: unknown): Promise<void> {
    this.write(JSON.stringify(message));
  }

  async close(): Promise<void> {
    const { other } = this;
    if (other === undefined) return;
    this.other = undefined;
    await other.close();
    this.onclose?.();
  }

  /** Sends text unchanged. */
  write(text: string): void {
    const { other } = this;
    if (other === undefined) throw new Error('closed');
    queueMicrotask(() => other.receive(text));
  }

  private receive(text: string): void {
    if (!this.started) {
      this.waiting.push(text);
      return;
    }
    const message = this.parse(text);
    if (message !== undefined) this.onmessage?.(message);
  }

  private parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      this.onerror?.(error as Error);
      return undefined;
    }
  }
}
