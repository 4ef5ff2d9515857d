/** More than the handlers of one process throw between an error and the answer to it. */
const MAX_KEPT = 100;
/** Two errors that agree in so many characters look the same in a log line. */
const MAX_LENGTH = 500;

/**
 * The messages of the errors that handlers threw last. Both SDKs answer with the message of such an error as the text of a
 * failed tool, where a tool can also put a result of its own. So they tell an error from a result.
 */
export class ThrownMessages {
  private readonly kept = new Set<string>();

  add(error: unknown): void {
    const start = startOf(textOfThrown(error));
    if (start === undefined) return;
    // What is added again becomes the newest.
    this.kept.delete(start);
    this.kept.add(start);
    const [oldest = ''] = this.kept;
    if (this.kept.size > MAX_KEPT) this.kept.delete(oldest);
  }

  has(text: string): boolean {
    return this.kept.has(text.slice(0, MAX_LENGTH));
  }
}

function startOf(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= MAX_LENGTH) return text;
  // A slice would keep the whole text in memory; this is a copy.
  return Buffer.from(text.slice(0, MAX_LENGTH), 'utf16le').toString('utf16le');
}

/** Returns the text that an SDK makes of what a handler threw. */
function textOfThrown(error: unknown): string | undefined {
  try {
    const text: unknown = error instanceof Error ? error.message : String(error);
    return typeof text === 'string' ? text : undefined;
  } catch {
    // It can't be read.
    return undefined;
  }
}
