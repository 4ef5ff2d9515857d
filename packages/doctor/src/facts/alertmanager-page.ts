import { CannotRun } from '../check.js';
import type { Context } from '../context.js';
import { askProgram } from './programs.js';
import { parseSamples, type Sample } from './samples.js';

/** Reads the metrics of Alertmanager about itself. */
export async function alertmanagerPage(context: Context): Promise<readonly Sample[]> {
  const { status, body } = await askProgram(context, 'alertmanager', 'metrics');
  if (status !== 200) throw new CannotRun(`Alertmanager answers ${status} to /metrics`);
  return parseSamples(body);
}
