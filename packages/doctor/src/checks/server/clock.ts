import type { Check } from '../../check.js';
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
  rights: 'A GET of the address of the server.',
  severity: 'fail',
  after: ['PMCP-D001', 'PMCP-D003', 'PMCP-D004'],
  async run(context) {
    const url = context.settings.url!;
    const answer = await ask(url, { ca: authorities(context), signal: context.signal, head: true });
    const date = Date.parse(answer.headers.date ?? '');
    if (Number.isNaN(date)) return [];
    const skew = Math.round((date - Date.now()) / 1_000);
    if (Math.abs(skew) <= SKEW) return [];
    return [
      {
        found: `the clock of ${url.host} is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} the clock here`,
      },
    ];
  },
};
