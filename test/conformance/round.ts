import { setTimeout as delay } from 'node:timers/promises';
import { differingExchanges, type Exchanges, type Verdicts } from './compare.js';
import { play, type Revision } from './suite.js';
import { type ServerName, startTarget, type Target, type Wiring } from './target.js';

/** What the suite says of a server, and how often it asked. */
export interface Round {
  readonly verdicts: Verdicts;
  readonly counted: Exchanges;
  /** By the toolkit, where it is. */
  readonly reported: Exchanges | undefined;
}

/** A connection whose client has gone is over when the server has noticed it. */
const SETTLE_MS = 10_000;
const POLL_MS = 50;

/** Runs the suite, in each revision that the server knows, against a server that is wired so. */
export async function round(
  server: ServerName,
  wiring: Wiring,
  revisions: readonly Revision[],
): Promise<Round> {
  const target = await startTarget(server, wiring);
  try {
    const verdicts = new Map<string, readonly string[]>();
    for (const revision of revisions) {
      for (const [check, found] of await play(target.url, revision))
        verdicts.set(`${revision} ${check}`, found);
    }
    return { verdicts, ...(await settled(target)) };
  } finally {
    await target.stop();
  }
}

/** The counts when all exchanges are over, and the toolkit has had its time to tell. */
async function settled(target: Target): Promise<Pick<Round, 'counted' | 'reported'>> {
  const end = performance.now() + SETTLE_MS;
  for (;;) {
    const { exchanges: counted, open } = await target.counted();
    const reported = await target.reported();
    const isSettled = open === 0 && differingExchanges(counted, reported ?? counted).length === 0;
    if (isSettled || performance.now() > end) return { counted, reported };
    await delay(POLL_MS);
  }
}
