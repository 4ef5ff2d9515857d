import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { Registry } from 'prom-client';
import { expose } from '../metrics/exposition.js';
import type { Format } from '../metrics/foreign.js';
import { Rendering } from './rendering.js';

/** Prometheus servers come in pairs; more scrapes than this at once is a flood. */
const MAX_SCRAPES = 8;
/** Milliseconds for a whole scrape, sent and read. Longer than any sensible scrape timeout. */
const DEADLINE_MS = 60_000;
/** Milliseconds after which a reader that takes nothing must give way when others wait. */
const STALLED_MS = 1_000;

/** Told what failed, a metric's name or a path, and how. */
export type OnFailure = (name: string, error: unknown) => void;

/** Opens scrapes of one registry, and no more at once than the process can bear. */
export class Scraper {
  /** The oldest first. */
  private readonly active = new Set<Scrape>();
  private readonly latest = new Map<Format, { readonly registry: Registry; readonly rendering: Rendering }>();

  constructor(
    private readonly registry: Registry,
    private readonly onFailure: OnFailure,
  ) {}

  /**
   * Begins to render; resolves once the first bytes are there, so that what fails early can still be told.
   * A stream that is destroyed, or left unread for too long, stops rendering and makes room; a much shorter
   * time is too long when there is no room.
   *
   * @param registry what to show; the scraper's own unless it is given
   * @returns undefined when too many scrapes are going on, all of them being read
   * @throws whatever rendering threw before its first bytes
   */
  async open(format: Format, registry = this.registry): Promise<Readable | undefined> {
    if (this.active.size >= MAX_SCRAPES && !this.makeRoom()) return undefined;
    const stream = new Scrape(this.rendering(registry, format), this.onFailure);
    this.active.add(stream);
    // Whoever reads the stream sees its error too; until somebody does, it must not go unheard.
    stream.on('error', () => {});
    const timer = setTimeout(() => stream.destroy(new Error('not read in time')), DEADLINE_MS).unref();
    stream.once('close', () => {
      clearTimeout(timer);
      this.active.delete(stream);
      // Nothing of a page is kept for nobody.
      if (this.active.size === 0) this.latest.clear();
    });
    await once(stream, 'readable');
    return stream;
  }

  /** The one that others wait for already, or else a new one. */
  private rendering(registry: Registry, format: Format): Rendering {
    const same = this.latest.get(format);
    if (same?.registry === registry && same.rendering.isJoinable) return same.rendering;
    const rendering = new Rendering(expose(registry, format, this.onFailure));
    this.latest.set(format, { registry, rendering });
    return rendering;
  }

  private makeRoom(): boolean {
    const stalledBefore = performance.now() - STALLED_MS;
    for (const stream of this.active) {
      if (stream.unreadSince > stalledBefore) continue;
      this.active.delete(stream);
      stream.destroy(new Error('not read while others wait'));
      return true;
    }
    return false;
  }
}

/**
 * The chunks as a stream. Not Readable.from: it throws the reader's error into the generator,
 * where a client that went away would look like a failure of ours.
 */
class Scrape extends Readable {
  /** Since when it is the reader who keeps us waiting; infinite while we render. */
  unreadSince = Number.POSITIVE_INFINITY;
  /** Of the next chunk. */
  private index = 0;

  constructor(
    private readonly rendering: Rendering,
    private readonly onFailure: OnFailure,
  ) {
    super();
    rendering.join();
  }

  override _read(): void {
    this.unreadSince = Number.POSITIVE_INFINITY;
    this.rendering.chunk(this.index).then(
      (chunk) => {
        this.index++;
        // First: to push may be to be asked for more at once.
        this.unreadSince = performance.now();
        this.push(chunk ?? null);
      },
      (error: Error) => {
        // Before the first bytes it is `open` that fails, and is heard.
        if (this.index > 0) this.onFailure('/metrics', error);
        this.destroy(error);
      },
    );
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.rendering.leave().then(
      () => callback(error),
      () => callback(error),
    );
  }
}
