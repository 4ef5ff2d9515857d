import { type Case, only, POD, POD2, SERVICE, type Series, series } from '../case.js';

const refused = (reason: string, values: string) =>
  only('pmcp_admin_refused_total', { ...POD, reason }, values);
const lost = (signal: string, values: string) =>
  only('pmcp_telemetry_dropped_total', { ...POD, signal, reason: 'export_failed' }, values);

const exchange = (status: string, reason: string) =>
  series('pmcp_http_exchanges_total', { ...POD, http_method: 'POST', status, reason });
/** Returns how many requests are accepted and how many are refused. */
const refusing = (reason: string, accepted: string, turnedAway: string): Series => ({
  [exchange('200', '')]: accepted,
  [exchange(reason === 'forbidden' ? '403' : '401', reason)]: turnedAway,
});
const called = (name: string, pod = POD) =>
  series('pmcp_requests_total', { ...pod, method: 'tools/call', name, outcome: 'ok' });
const ready = () => series('pmcp_ready', POD);
/** In minutes. */
const [DAY, WEEK] = [1_440, 10_080];

export const guarding: readonly Case[] = [
  {
    alert: 'PmcpAdminGuessed',
    fires: [
      {
        series: refused('wrong', '0 0+4x30'),
        at: 7,
        labels: SERVICE,
        description:
          'shop/pmcp refused 24 wrong tokens, passwords or certificates at its admin port in the last 10 minutes. Users notice nothing. Either somebody guesses, or a scraper has old credentials and its metrics are missing.',
      },
    ],
    quiet: [
      { why: 'a password was mistyped', series: refused('wrong', '0x5 9x20'), at: 15 },
      { why: 'a scraper sends no credentials', series: refused('missing', '0+4x20'), at: 20 },
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
          'shop/pmcp could not write 1 records of its audit log in the last 10 minutes. If the server must record every call, it refuses calls and users see errors. Otherwise calls continue, and nobody will know who made them.',
      },
    ],
    quiet: [
      { why: 'spans are lost', series: lost('traces', '0+1x20'), at: 20 },
      { why: 'the loss ended long ago', series: lost('audit', '1x20'), at: 20 },
    ],
  },
  {
    alert: 'PmcpRefusedSurge',
    fires: [
      {
        series: refusing('invalid_token', '0+100x180', '0+1x90 90+60x90'),
        at: 98,
        labels: SERVICE,
        description:
          'shop/pmcp refused 300 requests in the last 5 minutes because a valid token or a right was missing, while others get in as before. That is at least 5 times as many as an hour and a day ago. Somebody tries forbidden calls, or a client is broken.',
      },
    ],
    quiet: [
      {
        why: 'clients always send a first request without a token',
        series: refusing('unauthorized', '0+100x180', '0+60x180'),
        at: 180,
      },
      {
        why: 'all requests are refused, which PmcpAuthorisationFailing reports',
        series: refusing('invalid_token', '0+100x90 9000x90', '0+1x90 90+60x90'),
        at: 120,
      },
      {
        why: 'most lack a scope, which PmcpScopeLoop reports',
        series: refusing('insufficient_scope', '0+10x180', '0+1x90 90+60x90'),
        at: 120,
      },
      { why: 'few are refused', series: refusing('forbidden', '0+100x180', '0x90 0+15x90'), at: 180 },
      { why: 'the server is new', series: refusing('invalid_token', '0+100x50', '0+60x50'), at: 50 },
      {
        why: 'the same happens each day at this hour',
        series: refusing('unauthorized', `0+100x${DAY + 60}`, `0+60x60 3600x${DAY - 61} 3600+60x60`),
        at: DAY + 55,
      },
    ],
  },
  {
    alert: 'PmcpToolNeverCalledBefore',
    fires: [
      {
        series: {
          [called('save')]: `0+1x${2 * DAY}`,
          [called('erase')]: `_x${2 * DAY - 60} 1x60`,
        },
        at: 2 * DAY - 58,
        labels: { ...SERVICE, name: 'erase' },
        description:
          'The tool erase of shop/pmcp was called 1 times within the last hour, and never before as far as Prometheus knows. Either a release brought it, or somebody tries what the server can do.',
      },
    ],
    quiet: [
      {
        why: 'the server was set up today',
        series: { [called('save')]: `_x${DAY} 0+1x60`, [called('erase')]: `_x${DAY} 1x60` },
        at: DAY + 30,
      },
      {
        why: 'it was called on another pod a week ago',
        series: {
          [called('save')]: `0+1x${WEEK + 60}`,
          [called('erase')]: '0+1x60 stale',
          [called('erase', POD2)]: `_x${WEEK} 1x60`,
          [ready()]: `1x${WEEK + 60}`,
        },
        at: WEEK + 20,
      },
      {
        why: 'it was called before the process restarted, and again days later',
        series: {
          [ready()]: `1x${WEEK + 60}`,
          [called('save')]: `0+1x${WEEK + 60}`,
          [called('erase')]: `_x600 1x60 stale _x${WEEK - 661} 1x60`,
        },
        at: WEEK + 20,
      },
      {
        why: 'it was called before a day on which the server was registered and not called',
        series: {
          [ready()]: `1x${2 * DAY}`,
          [called('save')]: `0+1x${2 * DAY}`,
          [called('erase')]: `5x600 0x${DAY} 1x60`,
        },
        at: DAY + 620,
      },
      {
        why: 'Prometheus was down for an hour, and all counters are new to it',
        series: {
          [ready()]: `1x${DAY} _x60 1x${DAY}`,
          [called('save')]: `0+1x${DAY} _x60 1000x${DAY}`,
          [called('erase')]: `5x${DAY} _x60 5x${DAY}`,
        },
        at: DAY + 80,
      },
      {
        why: 'clients invent names',
        series: { [called('save')]: `0+1x${2 * DAY}`, [called('_other')]: `_x${2 * DAY - 60} 1x60` },
        at: 2 * DAY - 30,
      },
      {
        why: 'it was registered and is not called',
        series: { [called('save')]: `0+1x${2 * DAY}`, [called('erase')]: `_x${2 * DAY - 60} 0x60` },
        at: 2 * DAY - 30,
      },
    ],
  },
];
