import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Coming } from './crowd.js';
import { type How, type Started, startServer } from './started.js';

/** Where a process may have 20,000 descriptors, 50,000 connections need several servers, and as many crowds. */
const PROCESSES = 4;
export const EVERYBODY = 50_000;
const EACH = EVERYBODY / PROCESSES;

interface Arrived {
  readonly process: ChildProcess;
  readonly answers: Readonly<Record<string, number>>;
  readonly times: readonly number[];
}

/** All clients, in processes of their own. */
export class Everybody {
  private constructor(private readonly crowds: readonly Arrived[]) {}

  /**
   * 50,000 clients come to these ports in turn.
   *
   * @param streams how many of them open a stream
   */
  static async come(
    ports: readonly number[],
    { streams = 0, ...how }: Omit<Coming, 'port' | 'count' | 'nth'> = {},
  ): Promise<Everybody> {
    const one = async (i: number): Promise<Arrived> => {
      const coming: Coming = {
        ...how,
        port: ports[i % ports.length] ?? 0,
        count: EACH,
        streams: streams / PROCESSES,
        nth: i * EACH,
      };
      const child = fork(join(import.meta.dirname, 'crowd.ts'), [JSON.stringify(coming)], {
        execArgv: ['--import', 'tsx'],
      });
      const [arrived] = (await once(child, 'message')) as [Omit<Arrived, 'process'>];
      return { process: child, ...arrived };
    };
    return new Everybody(await Promise.all(Array.from({ length: PROCESSES }, (_, i) => one(i))));
  }

  /** How many got this answer. */
  got(answer: string): number {
    return this.crowds.reduce((sum, { answers }) => sum + (answers[answer] ?? 0), 0);
  }

  get times(): readonly number[] {
    return this.crowds.flatMap(({ times }) => times);
  }

  async connected(): Promise<number> {
    const counts = this.crowds.map(async ({ process: child }) => {
      child.send('count');
      const [count] = (await once(child, 'message')) as [number];
      return count;
    });
    return (await Promise.all(counts)).reduce((a, b) => a + b, 0);
  }

  async leave(): Promise<void> {
    await Promise.all(
      this.crowds.map(async ({ process: child }) => {
        child.disconnect();
        await once(child, 'exit');
      }),
    );
  }
}

/** Servers for all of them. */
export const startServers = (how: How = {}): Promise<Started[]> =>
  Promise.all(Array.from({ length: PROCESSES }, () => startServer(how)));
