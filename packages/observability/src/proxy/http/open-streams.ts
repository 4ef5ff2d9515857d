import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { within } from '../../within.js';

/** How long the last bytes of a stream may take to be sent. */
const LAST_BYTES_MS = 500;

/** The open streams to clients. They get a regular end, after which a client connects again elsewhere. */
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
