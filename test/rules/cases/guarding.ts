import { type Case, only, POD, SERVICE } from '../case.js';

const refused = (reason: string, values: string) =>
  only('pmcp_admin_refused_total', { ...POD, reason }, values);
const lost = (signal: string, values: string) =>
  only('pmcp_telemetry_dropped_total', { ...POD, signal, reason: 'export_failed' }, values);

export const guarding: readonly Case[] = [
  {
    alert: 'PmcpAdminGuessed',
    fires: [
      {
        series: refused('wrong', '0 0+4x30'),
        at: 7,
        labels: SERVICE,
        description:
          'shop/pmcp refused 24 wrong tokens, passwords or certificates at its admin port in the last 10 minutes. Users feel nothing; either somebody guesses, or a scraper has old credentials and its metrics will be missing.',
      },
    ],
    quiet: [
      { why: 'somebody mistyped a password', series: refused('wrong', '0x5 9x20'), at: 15 },
      { why: 'a scraper brings nothing', series: refused('missing', '0+4x20'), at: 20 },
    ],
  },
  {
    alert: 'PmcpAuditNotWritten',
    fires: [
      {
        series: lost('audit', '0x3 1x20'),
        at: 5,
        labels: SERVICE,
        description:
          'shop/pmcp could not write 1 records of its audit log in the last 10 minutes. Where calls must be on record they are refused, and users see errors; elsewhere they go on, and nobody will know who made them.',
      },
    ],
    quiet: [
      { why: 'spans are lost', series: lost('traces', '0+1x20'), at: 20 },
      { why: 'the loss is long over', series: lost('audit', '1x20'), at: 20 },
    ],
  },
];
