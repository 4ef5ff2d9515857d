import { CannotRun } from '../check.js';
import type { Context } from '../context.js';
import { ask } from '../net/ask.js';
import { beside } from '../net/beside.js';
import { parseSamples, type Sample } from './samples.js';
import { authorities, authorization } from './secrets.js';

/** Reads the metrics of Alertmanager about itself. */
export async function alertmanagerPage(context: Context): Promise<readonly Sample[]> {
  const { status, body } = await ask(beside(context.settings.alertmanager!, 'metrics'), {
    headers: authorization(context, 'alertmanager'),
    ca: authorities(context),
    signal: context.signal,
  });
  if (status !== 200) throw new CannotRun(`Alertmanager answers ${status} to /metrics`);
  return parseSamples(body);
}
