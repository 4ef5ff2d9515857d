import { type BodyReader, type Chunk, textOf } from './body.js';

/** Errors are short. A longer body has its code at the beginning or not at all. */
const MAX_TEXT = 1024;

/** Finds the JSON-RPC error at the beginning of an answer's body. */
export class JsonError implements BodyReader {
  private text = '';

  read(chunk: Chunk): void {
    const room = MAX_TEXT - this.text.length;
    if (room > 0) this.text += textOf(chunk, room);
  }

  ended(): void {}

  get error(): { readonly code: unknown; readonly message: unknown } | undefined {
    const { text } = this;
    // The SSE transport of SDK v1 sends this error as plain text.
    if (!text.startsWith('{')) return { code: undefined, message: text };
    try {
      return (JSON.parse(text) as { error?: { code: unknown; message: unknown } }).error;
    } catch {
      const code = /"code"\s*:\s*(-?\d+)/.exec(text)?.[1];
      return code === undefined ? undefined : { code: Number(code), message: undefined };
    }
  }
}
