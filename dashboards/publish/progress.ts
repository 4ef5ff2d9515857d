/** `kept`: it is stale, but was not removed because something failed. */
export type Result = 'created' | 'updated' | 'unchanged' | 'removed' | 'kept' | 'failed';

export type Summary = Readonly<Record<Result, readonly string[]>>;

/** The results that a dry run only predicts. The others are the same in both cases. */
const CHANGES: readonly Result[] = ['created', 'updated', 'removed'];

/** Logs the result for each dashboard, and keeps it for the summary. */
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

  /** @returns undefined if it failed, which is logged and counted */
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
