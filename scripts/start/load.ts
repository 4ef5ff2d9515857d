import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { randomAction } from './actions.js';
import { type Caller, type Connect, connectLegacy, connectModern, connectV1 } from './clients.js';
import { Tally } from './tally.js';

/** One entry for each simultaneous user: how its client connects. */
const USERS: readonly Connect[] = [
  ...Array<Connect>(5).fill(connectModern),
  ...Array<Connect>(3).fill(connectLegacy),
  ...Array<Connect>(4).fill(connectV1),
];
/** Average milliseconds that a user waits between two actions. */
const THINK_MS = 350;
/** The waiting time rises and falls by this share, in a period of this many milliseconds. */
const WAVE_HEIGHT = 0.4;
const WAVE_MS = 60_000;
/** The least and the most milliseconds that a user stays. */
const STAY_MS = [5_000, 25_000] as const;
/** The share of clients that delete their session. The others only disconnect. */
const GOODBYE_SHARE = 0.7;
/** How long users may take to finish their current action. */
const FINISH_MS = 5_000;

/** Users who connect, work and disconnect until `stop`. */
export class Load {
  readonly tally = new Tally();
  /** How often an action failed that should succeed, by action and message. */
  readonly surprises = new Map<string, number>();
  private readonly stopping = new AbortController();
  private readonly startedAt = performance.now();
  private endedAt: number | undefined;
  private readonly users: Promise<unknown>;

  /** The first users connect at once. */
  constructor(private readonly url: URL) {
    setMaxListeners(USERS.length, this.stopping.signal);
    // A client may reject a promise that nothing handles. That must not end the process.
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

  /**
   * Returns an exponentially distributed time, as usual for arrivals, around a mean that follows the wave.
   */
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
