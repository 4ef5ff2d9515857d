import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { randomAction } from './actions.js';
import { type Caller, type Connect, connectLegacy, connectModern, connectV1 } from './clients.js';
import { Tally } from './tally.js';

/** Users at the same time, by what their client speaks. */
const USERS: readonly Connect[] = [
  ...Array<Connect>(5).fill(connectModern),
  ...Array<Connect>(3).fill(connectLegacy),
  ...Array<Connect>(4).fill(connectV1),
];
/** Milliseconds that a user thinks between two actions, on average. */
const THINK_MS = 350;
/** The load swells and ebbs by so much, every so many milliseconds. */
const WAVE_HEIGHT = 0.4;
const WAVE_MS = 60_000;
/** Milliseconds that a user stays, at least and at most. */
const STAY_MS = [5_000, 25_000] as const;
/** Some clients delete their session; the others just go. */
const GOODBYE_SHARE = 0.7;
/** What users get to finish what they are at. */
const FINISH_MS = 5_000;

/** Users who come, work and go until they are told to stop. */
export class Load {
  readonly tally = new Tally();
  /** What failed although it should not have, by action and message. */
  readonly surprises = new Map<string, number>();
  private readonly stopping = new AbortController();
  private readonly startedAt = performance.now();
  private endedAt: number | undefined;
  private readonly users: Promise<unknown>;

  /** Users begin to come at once. */
  constructor(private readonly url: URL) {
    setMaxListeners(USERS.length, this.stopping.signal);
    // A client may reject a promise that nobody holds; that is no reason to end.
    process.on('unhandledRejection', this.rejected);
    this.users = Promise.all(USERS.map((connect) => this.user(connect)));
  }

  get seconds(): number {
    return ((this.endedAt ?? performance.now()) - this.startedAt) / 1000;
  }

  /** Resolves when every user has finished and left. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.race([this.users, delay(FINISH_MS, undefined, { ref: false })]);
    this.endedAt ??= performance.now();
    process.off('unhandledRejection', this.rejected);
  }

  private async user(connect: Connect): Promise<void> {
    await this.pause(Math.random() * THINK_MS);
    while (!this.stopping.signal.aborted) {
      try {
        await this.visit(await connect(this.url, this.tally));
      } catch (error) {
        this.surprise('connect or leave', error);
        await this.pause(THINK_MS);
      }
    }
  }

  private async visit(client: Caller): Promise<void> {
    const [least, most] = STAY_MS;
    const end = performance.now() + least + Math.random() * (most - least);
    while (performance.now() < end && !this.stopping.signal.aborted) {
      await this.act(client);
      await this.pause(this.thinkingTime());
    }
    await client.leave(Math.random() < GOODBYE_SHARE);
  }

  private async act(client: Caller): Promise<void> {
    const { name, fails, run } = randomAction();
    try {
      await run(client);
    } catch (error) {
      if (!fails) this.surprise(name, error);
    }
  }

  /** Exponential, as arrivals are, around a mean that follows the wave. */
  private thinkingTime(): number {
    const phase = ((performance.now() - this.startedAt) / WAVE_MS) * 2 * Math.PI;
    return -Math.log(1 - Math.random()) * THINK_MS * (1 - WAVE_HEIGHT * Math.sin(phase));
  }

  private readonly rejected = (error: unknown) => this.surprise('unhandled', error);

  private surprise(action: string, error: unknown): void {
    const what = `${action}: ${error instanceof Error ? error.message : String(error)}`;
    this.surprises.set(what, (this.surprises.get(what) ?? 0) + 1);
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => {});
  }
}
