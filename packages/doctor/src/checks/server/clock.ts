import type { Check, Finding } from '../../check.js';
import type { Context } from '../../context.js';
import { metricsPage } from '../../facts/metrics-page.js';
import { largest } from '../../facts/samples.js';
import { authorities } from '../../facts/secrets.js';
import { ask } from '../../net/ask.js';

/** Seconds of clock difference that tokens, certificates and traces tolerate. */
const SKEW = 30;

export const clockIsRight: Check = {
  code: 'PMCP-D020',
  group: 'server',
  title: 'The clock of the server is right.',
  why: 'Tokens seem to have ended or not begun, spans lie outside of their traces, and alerts on ages fire or never do.',
  cure: 'Let both machines ask a time server: `timedatectl set-ntp true`, or `chronyc makestep`. If the clock here is wrong, correct this one.',
  needs: ['url'],
  rights: 'A GET of the address of the server, and of `/metrics` on the admin port.',
  severity: 'fail',
  after: ['PMCP-D001', 'PMCP-D003', 'PMCP-D004'],
  run: async (context) => (await byHeader(context)) ?? (await byStart(context)) ?? [],
};

/** By the date of an answer, which a gateway may have written. */
async function byHeader(context: Context): Promise<Finding[] | undefined> {
  const url = context.settings.url!;
  const answer = await ask(url, { ca: authorities(context), ...context.limits, head: true });
  const skew = Math.round((Date.parse(answer.headers.date ?? '') - Date.now()) / 1_000);
  if (!(Math.abs(skew) > SKEW)) return undefined;
  const direction = skew > 0 ? 'ahead of' : 'behind';
  return [{ found: `the clock of ${url.host} is ${Math.abs(skew)} s ${direction} the clock here` }];
}

/** By the start of the process, which can't be still to come. */
async function byStart(context: Context): Promise<Finding[] | undefined> {
  // Another check reports that there is no page.
  const page = await context.get(metricsPage).catch(() => undefined);
  const seconds = Math.round(
    (page ? largest(page.samples, 'process_start_time_seconds') : 0) - Date.now() / 1_000,
  );
  if (page === undefined || seconds <= SKEW) return undefined;
  return [
    {
      found: `the clock of ${page.url.host} is at least ${seconds} s ahead of the clock here: process_start_time_seconds is in the future`,
    },
  ];
}
