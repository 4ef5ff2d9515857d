/** `kept` is stale, but was left in place because something failed. */
export type Result = 'created' | 'updated' | 'unchanged' | 'removed' | 'kept' | 'failed';

export type Summary = Readonly<Record<Result, readonly string[]>>;

/** The results that a dry run only foresees; the others are so in either. */
const CHANGES: readonly Result[] = ['created', 'updated', 'removed'];

/** Tells what becomes of each dashboard, and keeps it for the summary. */
export class Progress {
  private readonly results: Record<Result, string[]> = {
    created: [],
    updated: [],
    unchanged: [],
    removed: [],
    kept: [],
    failed: [],
  };

  constructor(
    private readonly dryRun: boolean,
    readonly log: (line: string) => void,
  ) {}

  get summary(): Summary {
    return this.results;
  }

  add(result: Result, what: string): void {
    this.results[result].push(what);
    this.log(`${this.dryRun && CHANGES.includes(result) ? 'would be ' : ''}${result}  ${what}`);
  }

  async step(uid: string, act: () => Promise<Result>): Promise<void> {
    const result = await this.attempt(uid, act);
    if (result) this.add(result, uid);
  }

  /** @returns undefined when it failed, which is then told and counted */
  async attempt<T>(what: string, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      this.log(`  ${(error as Error).message}`);
      this.add('failed', what);
      return undefined;
    }
  }
}
