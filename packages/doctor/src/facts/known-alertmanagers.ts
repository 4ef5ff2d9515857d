import type { Context, Fact } from '../context.js';
import { ask } from '../net/ask.js';
import type { Status } from './alertmanager.js';
import { alertmanagers } from './prometheus-state.js';
import { authorities } from './secrets.js';

export interface Known {
  /** Where Prometheus sends alerts to. */
  readonly url: string;
  /** Undefined where it can't be asked from here. */
  readonly status: Status | undefined;
  /** What it says instead. */
  readonly problem: string;
}

/** The Alertmanagers that Prometheus knows. They are asked without a token, which is for the named one. */
export const knownAlertmanagers: Fact<readonly Known[]> = async (context) => {
  const known = await context.get(alertmanagers);
  return Promise.all(known.map(async ({ url }) => ({ url, ...(await statusAt(context, url)) })));
};

async function statusAt(context: Context, url: string): Promise<Omit<Known, 'url'>> {
  try {
    const at = new URL(url.replace(/api\/v[12]\/alerts$/, 'api/v2/status'));
    const { status, body } = await ask(at, { ca: authorities(context), ...context.limits });
    if (status === 200) return { status: JSON.parse(body) as Status, problem: '' };
    return { status: undefined, problem: `${status} ${JSON.stringify(body.trim().slice(0, 60))}` };
  } catch (error) {
    return { status: undefined, problem: (error as Error).message };
  }
}

/** Whether both are one, or tell each other what they have sent. */
export function areTogether(one: Status, other: Status): boolean {
  const { name } = other.cluster ?? {};
  return one.uptime === other.uptime || (one.cluster?.peers ?? []).some((peer) => peer.name === name);
}
