import type { Context } from '../context.js';
import { type Answer, ask } from '../net/ask.js';
import { beside } from '../net/beside.js';
import { authorities, authorization } from './secrets.js';

/** Asks Prometheus or Alertmanager for a path, with its token. Its address must have been given. */
export function askProgram(
  context: Context,
  program: 'prometheus' | 'alertmanager',
  path: string,
): Promise<Answer> {
  return ask(beside(context.settings[program]!, path), {
    headers: authorization(context, program),
    ca: authorities(context),
    ...context.limits,
  });
}
