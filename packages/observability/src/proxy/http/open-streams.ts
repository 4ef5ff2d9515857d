import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { within } from '../../within.js';

/** What the last bytes of a stream get to leave. */
const LAST_BYTES_MS = 500;

/** The streams that are open to clients, to be closed politely: a client that sees the end connects again elsewhere. */
export class OpenStreams {
  private readonly open = new Map<ServerResponse, () => void>();

  opened(stream: ServerResponse, end: () => void): void {
    this.open.set(stream, end);
    stream.once('close', () => this.open.delete(stream));
  }

  async close(): Promise<void> {
    const closed = [...this.open].map(([stream, end]) => {
      const closing = once(stream, 'close').catch(() => {});
      end();
      return closing;
    });
    await within(LAST_BYTES_MS, Promise.all(closed));
  }
}
