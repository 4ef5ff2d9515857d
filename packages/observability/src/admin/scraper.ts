import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { Registry } from 'prom-client';
import { expose } from '../metrics/exposition.js';
import type { Format } from '../metrics/foreign.js';
import { Rendering } from './rendering.js';

/** Prometheus servers come in pairs. More scrapes at once than this are a flood. */
const MAX_SCRAPES = 8;
/** Milliseconds for a whole scrape. Longer than any sensible scrape timeout. */
const DEADLINE_MS = 60_000;
/** After so many milliseconds, a reader that reads nothing must make room for others. */
const STALLED_MS = 1_000;

/** Called with the name of the metric or path that failed, and the error. */
export type OnFailure = (name: string, error: unknown) => void;

/** Opens scrapes of one registry, and bounds how many are open at once. */
export class Scraper {
  /** The open scrapes, oldest first. */
  private readonly active = new Set<Scrape>();
  private readonly latest = new Map<Format, { readonly registry: Registry; readonly rendering: Rendering }>();

  constructor(
    private readonly registry: Registry,
    private readonly onFailure: OnFailure,
  ) {}

  /**
   * Starts to render. Resolves with the first bytes, so that an early error can still become an error status. A stream that is
   * destroyed, or not read for too long, stops and makes room. If there is no room, a much shorter time counts as too long.
   *
   * @param registry what to show; by default the scraper's own registry
   * @returns undefined if too many scrapes are in progress, and all of them are being read
   * @throws any error of rendering before its first bytes
   */
  async open(format: Format, registry = this.registry): Promise<Readable | undefined> {
    if (this.active.size >= MAX_SCRAPES && !this.makeRoom()) return undefined;
    const stream = new Scrape(this.rendering(registry, format), this.onFailure);
    this.active.add(stream);
    // The reader of the stream also gets its error. Until there is one, the error needs a listener.
    stream.on('error', () => {});
    const timer = setTimeout(() => stream.destroy(new Error('not read in time')), DEADLINE_MS).unref();
    stream.once('close', () => {
      clearTimeout(timer);
      this.active.delete(stream);
      // Do not keep a page without readers.
      if (this.active.size === 0) this.latest.clear();
    });
    await once(stream, 'readable');
    return stream;
  }

  /** Returns the rendering that others already wait for, or a new one. */
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
 * The chunks as a stream. Not `Readable.from`: it throws the reader's error into the generator, where a client that disconnected
 * would look like a failure of ours.
 */
class Scrape extends Readable {
  /** Since when we wait for the reader; infinite while we render. */
  unreadSince = Number.POSITIVE_INFINITY;
  /** The index of the next chunk. */
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
        // Before the push, since it may call `read` again at once.
        this.unreadSince = performance.now();
        this.push(chunk ?? null);
      },
      (error: Error) => {
        // Before the first bytes, `open` fails, and its caller gets the error.
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
