import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { Registry } from 'prom-client';
import { expose } from '../metrics/exposition.js';
import type { Format } from '../metrics/foreign.js';

/** Prometheus servers come in pairs; more scrapes than this at once is a flood. */
const MAX_SCRAPES = 8;
/** Milliseconds for a whole scrape, sent and read. Longer than any sensible scrape timeout. */
const DEADLINE_MS = 60_000;

/** Told what failed, a metric's name or a path, and how. */
export type OnFailure = (name: string, error: unknown) => void;

/** Opens scrapes of one registry, and no more at once than the process can bear. */
export class Scraper {
  private active = 0;

  constructor(
    private readonly registry: Registry,
    private readonly onFailure: OnFailure,
  ) {}

  /**
   * Begins to render; resolves once the first bytes are there, so that what fails early can still be told.
   * A stream that is destroyed, or left unread for too long, stops rendering and makes room.
   *
   * @returns undefined when too many scrapes are going on
   * @throws whatever rendering threw before its first bytes
   */
  async open(format: Format): Promise<Readable | undefined> {
    if (this.active >= MAX_SCRAPES) return undefined;
    this.active++;
    const stream = readable(expose(this.registry, format, this.onFailure), this.onFailure);
    // Whoever reads the stream sees its error too; until somebody does, it must not go unheard.
    stream.on('error', () => {});
    const timer = setTimeout(() => stream.destroy(new Error('not read in time')), DEADLINE_MS).unref();
    stream.once('close', () => {
      clearTimeout(timer);
      this.active--;
    });
    await once(stream, 'readable');
    return stream;
  }
}

/**
 * The chunks as a stream. Not Readable.from: it throws the reader's error into the generator,
 * where a client that went away would look like a failure of ours.
 */
function readable(chunks: AsyncGenerator<Buffer, void>, onFailure: OnFailure): Readable {
  let begun = false;
  return new Readable({
    read() {
      chunks.next().then(
        ({ done, value }) => {
          begun = true;
          this.push(done ? null : value);
        },
        (error: Error) => {
          // Before the first bytes it is `open` that fails, and is heard.
          if (begun) onFailure('/metrics', error);
          this.destroy(error);
        },
      );
    },
    destroy(error, callback) {
      chunks.return().then(
        () => callback(error),
        () => callback(error),
      );
    },
  });
}
