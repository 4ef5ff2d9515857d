import type { DoctorSettings } from '@pmcp/observability/internal';

/** The settings of one run, of which the time is known. */
export type Settings = DoctorSettings & { readonly timeout: number };

/** A page, an answer or a connection that is found out once, and then shared by all checks. */
export type Fact<T> = (context: Context) => Promise<T>;

/** Seconds for all checks, unless somebody gives them more, or the servers are scraped so rarely that a call needs longer to arrive. */
export const USUAL_SECONDS = 30;

/** The state that the checks of one run share. */
export class Context {
  private readonly facts = new Map<Fact<unknown>, Promise<unknown>>();
  /** Texts that must never be shown. A server may repeat the token that it got. */
  readonly secrets = new Set<string>();
  private readonly endings: (() => Promise<void>)[] = [];

  /** What each request of this run keeps. */
  readonly limits: { readonly signal: AbortSignal; readonly patience: number };

  constructor(
    readonly settings: Settings,
    /** Aborted when the time for all checks has passed. */
    readonly signal: AbortSignal,
  ) {
    this.limits = { signal, patience: Math.max(1, Math.ceil(settings.timeout / USUAL_SECONDS)) };
  }

  /** Finds out a fact on the first call. Later calls get the same result, or the same failure. */
  get<T>(fact: Fact<T>): Promise<T> {
    const known = this.facts.get(fact) as Promise<T> | undefined;
    if (known) return known;
    const asked = fact(this);
    // Each caller gets the failure. Without this, one that nobody awaits would be an unhandled rejection.
    asked.catch(() => {});
    this.facts.set(fact, asked);
    return asked;
  }

  /** Adds what must be done after all checks have ended, such as closing a connection. */
  onEnd(ending: () => Promise<void>): void {
    this.endings.push(ending);
  }

  async end(): Promise<void> {
    await Promise.allSettled(this.endings.map((ending) => ending()));
  }
}
