import type { Context, Fact } from '../context.js';
import type { Answer } from '../net/ask.js';
import { beside } from '../net/beside.js';
import { askAdmin, metricsPage } from './metrics-page.js';

export interface Health {
  readonly live: Answer;
  readonly ready: Answer;
}

/** The server's answers to the probes of an orchestrator. */
export const health: Fact<Health> = async (context: Context) => {
  const { url } = await context.get(metricsPage);
  const base = new URL('.', url);
  const [live, ready] = await Promise.all(
    ['health/live', 'health/ready'].map((path) => askAdmin(context, beside(base, path))),
  );
  return { live: live!, ready: ready! };
};
