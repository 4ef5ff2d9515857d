/** How old a rendering may be when another scrape joins it. */
const MAX_AGE_MS = 1_000;

/**
 * The chunks of one page, rendered once for all scrapes that arrive meanwhile, so that a second Prometheus does not double the
 * work for a large registry. Chunks are rendered when the fastest reader needs them, and kept for the others.
 */
export class Rendering {
  private readonly chunks: Promise<Buffer | undefined>[] = [];
  private readonly end = performance.now() + MAX_AGE_MS;
  private readers = 0;
  private isOver = false;

  constructor(private readonly source: AsyncGenerator<Buffer, void>) {}

  /** Whether it is new enough, and still in progress. */
  get isJoinable(): boolean {
    return !this.isOver && performance.now() < this.end;
  }

  join(): void {
    this.readers++;
  }

  /** Returns undefined after the last chunk. */
  chunk(index: number): Promise<Buffer | undefined> {
    this.chunks[index] ??= this.make();
    return this.chunks[index];
  }

  /** Stops the rendering when the last reader leaves. */
  async leave(): Promise<void> {
    if (--this.readers > 0) return;
    this.isOver = true;
    await this.source.return();
  }

  private async make(): Promise<Buffer | undefined> {
    try {
      const { done, value } = await this.source.next();
      if (done) this.isOver = true;
      return value ?? undefined;
    } catch (error) {
      this.isOver = true;
      throw error;
    }
  }
}
