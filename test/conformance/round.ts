import { setTimeout as delay } from 'node:timers/promises';
import { differingExchanges, type Exchanges, type Verdicts } from './compare.js';
import { play, type Revision } from './suite.js';
import { type ServerName, startTarget, type Target, type Wiring } from './target.js';

/** The suite's verdicts on a server, and its exchanges with the server. */
export interface Round {
  readonly verdicts: Verdicts;
  readonly counted: Exchanges;
  /** The exchanges according to the toolkit, if there is one. */
  readonly reported: Exchanges | undefined;
}

/** How long the server may take to notice that a client has disconnected. */
const SETTLE_MS = 10_000;
const POLL_MS = 50;

/** Runs the suite against a server with this wiring, in each revision that the server supports. */
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

/** Returns the counts after all exchanges have ended, and the toolkit had time to report them. */
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
