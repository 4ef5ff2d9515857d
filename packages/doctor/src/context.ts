import type { DoctorSettings } from '@pmcp/observability/internal';

/** What was found out once and is then known to all checks: a page, an answer, a connection. */
export type Fact<T> = (context: Context) => Promise<T>;

/** What the checks of one run share. */
export class Context {
  private readonly facts = new Map<Fact<unknown>, Promise<unknown>>();
  /** What must not be shown, whoever says it: a server may tell the token that it got. */
  readonly secrets = new Set<string>();
  private readonly endings: (() => Promise<void>)[] = [];

  constructor(
    readonly settings: DoctorSettings,
    /** Aborted when the time of all checks is up. */
    readonly signal: AbortSignal,
  ) {}

  /** Finds it out when it is first asked for; whoever asks later gets the same, also the same failure. */
  get<T>(fact: Fact<T>): Promise<T> {
    const known = this.facts.get(fact) as Promise<T> | undefined;
    if (known) return known;
    const asked = fact(this);
    // Whoever needs it hears of a failure; nobody may.
    asked.catch(() => {});
    this.facts.set(fact, asked);
    return asked;
  }

  /** What has to be closed when all checks have ended. */
  onEnd(ending: () => Promise<void>): void {
    this.endings.push(ending);
  }

  async end(): Promise<void> {
    await Promise.allSettled(this.endings.map((ending) => ending()));
  }
}
