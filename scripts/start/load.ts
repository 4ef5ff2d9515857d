import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { randomAction } from './actions.js';
import { type Caller, type Connect, connectLegacy, connectModern, connectV1 } from './clients.js';

/** Users at the same time, by what their client speaks. */
const USERS: readonly Connect[] = [
  ...Array<Connect>(6).fill(connectModern),
  ...Array<Connect>(3).fill(connectLegacy),
  ...Array<Connect>(5).fill(connectV1),
];
/** Milliseconds that a user thinks between two actions, on average. */
const THINK_MS = 300;
/** The load swells and ebbs: by half, every so many milliseconds. */
const WAVE_MS = 60_000;
/** Milliseconds that a user stays, at least and at most. */
const STAY_MS = [5_000, 25_000] as const;
/** Most clients close their session; the others just go. */
const GOODBYE_SHARE = 0.7;
/** What users get to finish what they are at. */
const FINISH_MS = 5_000;

/** Users who come, work and go until they are told to stop. */
export class Load {
  /** Requests sent so far. */
  requests = 0;
  /** What failed although it should not have, by action and message. */
  readonly surprises = new Map<string, number>();
  private readonly stopping = new AbortController();
  private users: Promise<unknown> = Promise.resolve();

  constructor(private readonly url: URL) {
    setMaxListeners(USERS.length, this.stopping.signal);
  }

  start(): void {
    this.users = Promise.all(USERS.map((connect) => this.user(connect)));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.race([this.users, delay(FINISH_MS, undefined, { ref: false })]);
  }

  private async user(connect: Connect): Promise<void> {
    await this.pause(Math.random() * THINK_MS);
    while (!this.stopping.signal.aborted) {
      try {
        await this.visit(await connect(this.url, () => this.requests++));
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
      await this.pause(think());
    }
    await client.leave(Math.random() < GOODBYE_SHARE);
  }

  private async act(client: Caller): Promise<void> {
    const action = randomAction();
    try {
      await action.run(client);
    } catch (error) {
      if (!action.fails) this.surprise(action.name, error);
    }
  }

  private surprise(action: string, error: unknown): void {
    const what = `${action}: ${(error as Error).message}`;
    this.surprises.set(what, (this.surprises.get(what) ?? 0) + 1);
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => {});
  }
}

/** Exponential, as arrivals are, around a mean that follows the wave. */
function think(): number {
  const wave = 1 + 0.5 * Math.sin((Date.now() / WAVE_MS) * 2 * Math.PI);
  return -Math.log(1 - Math.random()) * THINK_MS * wave;
}
