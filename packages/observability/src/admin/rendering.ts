/** How old a rendering may be for one more scrape to join it. */
const MAX_AGE_MS = 1_000;

/**
 * The chunks of one page, made once for all the scrapes that come while it is made: the work for a large registry does not
 * double with the second Prometheus. Chunks are made when the fastest reader asks for them, and kept for the others.
 */
export class Rendering {
  private readonly chunks: Promise<Buffer | undefined>[] = [];
  private readonly end = performance.now() + MAX_AGE_MS;
  private readers = 0;
  private isOver = false;

  constructor(private readonly source: AsyncGenerator<Buffer, void>) {}

  /** Whether what it shows is new enough, and it is still being made. */
  get isJoinable(): boolean {
    return !this.isOver && performance.now() < this.end;
  }

  join(): void {
    this.readers++;
  }

  /** Undefined after the last one. */
  chunk(index: number): Promise<Buffer | undefined> {
    this.chunks[index] ??= this.make();
    return this.chunks[index];
  }

  /** The last to leave stops it. */
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
