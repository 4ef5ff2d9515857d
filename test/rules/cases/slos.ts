import { type Case, POD, SERVICE, type Series, series } from '../case.js';

const request = (outcome: string) =>
  series('pmcp_requests_total', { ...POD, method: 'resources/read', name: '', outcome });
const call = (outcome: string) =>
  series('pmcp_requests_total', { ...POD, method: 'tools/call', name: 'search', outcome });
const duration = (suffix: string, le = {}) =>
  series(`pmcp_request_duration_seconds_${suffix}`, {
    ...POD,
    method: 'tools/call',
    name: 'search',
    ...le,
  });

const requests = (ok: string, failed: string): Series => ({
  [request('ok')]: ok,
  [request('server_error')]: failed,
});
const streams = (ok: string, refused: string): Series => ({
  [series('pmcp_requests_total', { ...POD, method: 'subscriptions/listen', name: '', outcome: 'ok' })]: ok,
  [series('pmcp_requests_total', {
    ...POD,
    method: 'subscriptions/listen',
    name: '',
    outcome: 'server_error',
  })]: refused,
});
const calls = (ok: string, failed: string): Series => ({ [call('ok')]: ok, [call('tool_error')]: failed });
const durations = (all: string, quick: string, le = '5'): Series => ({
  [duration('bucket', { le: '+Inf' })]: all,
  [duration('bucket', { le })]: quick,
});

const availability = (share: string, window: string) => ({
  labels: { ...SERVICE, slo: 'Availability', window },
  description: `${share} of the requests to shop/pmcp in the last ${window} ended in a server error; the promise is at most 0.1 % over 30d. Users see it now.`,
});
const latency = (share: string, window: string) => ({
  labels: { ...SERVICE, slo: 'Latency', window },
  description: `${share} of the requests to shop/pmcp in the last ${window} took longer than 5 s; the promise is at most 1 % over 30d. Users see it now.`,
});
const toolSuccess = (share: string, window: string) => ({
  labels: { ...SERVICE, slo: 'ToolSuccess', window },
  description: `${share} of the requests to shop/pmcp in the last ${window} ended in an error of the tool; the promise is at most 5 % over 30d. Users see it now.`,
});

/** One request a minute, and one failure after an hour. */
const ONE_FAILURE = ['0+1x200', '0x60 1x140'] as const;

export const slos: readonly Case[] = [
  {
    alert: 'PmcpAvailabilityBurnFast',
    fires: [
      // An opened stream does not count as a successful request.
      {
        series: { ...requests('0+95x20', '0+5x20'), ...streams('0+9000x20', '0x20') },
        at: 5,
        ...availability('5%', '1h'),
      },
      { series: requests('0+990x30', '0+10x30'), at: 17, ...availability('1%', '6h') },
    ],
    quiet: [
      { why: '0.5 % is for the slow ones', series: requests('0+995x60', '0+5x60'), at: 60 },
      {
        why: 'one failure of few requests is no reason to wake anybody',
        series: requests(...ONE_FAILURE),
        at: 80,
      },
      {
        why: 'streams are refused at the limit, and all other requests are answered',
        series: { ...requests('0+100x60', '0x60'), ...streams('0+1x60', '0+200x60') },
        at: 60,
      },
      {
        why: 'it ended before the short window',
        series: requests('0+95x60', '0+1x3 4x60'),
        at: 20,
      },
      {
        why: 'a restart resets the counters',
        series: requests('900+100x9 0+100x30', '50x9 0x30'),
        at: 30,
      },
    ],
  },
  {
    alert: 'PmcpAvailabilityBurnSlow',
    fires: [
      { series: requests('0+9960x70', '0+40x70'), at: 61, ...availability('0.4%', '1d') },
      { series: requests('0+9980x190', '0+20x190'), at: 182, ...availability('0.2%', '3d') },
    ],
    quiet: [
      { why: 'the budget lasts', series: requests('0+9991x240', '0+9x240'), at: 240 },
      {
        why: 'one failure of few requests is no reason for a ticket',
        series: requests(...ONE_FAILURE),
        at: 200,
      },
    ],
  },
  {
    alert: 'PmcpLatencyBurnFast',
    fires: [
      { series: durations('0+100x20', '0+80x20'), at: 4, ...latency('20%', '1h') },
      { series: durations('0+100x20', '0+80x20', '5.0'), at: 4, ...latency('20%', '1h') },
      { series: durations('0+100x30', '0+90x30'), at: 17, ...latency('10%', '6h') },
    ],
    quiet: [{ why: '5 % is for the slow ones', series: durations('0+100x60', '0+95x60'), at: 60 }],
  },
  {
    alert: 'PmcpLatencyBurnSlow',
    fires: [
      { series: durations('0+1000x70', '0+960x70'), at: 61, ...latency('4%', '1d') },
      { series: durations('0+1000x190', '0+980x190'), at: 182, ...latency('2%', '3d') },
    ],
    quiet: [{ why: 'the budget lasts', series: durations('0+1000x240', '0+991x240'), at: 240 }],
  },
  {
    alert: 'PmcpToolSuccessBurnFast',
    fires: [
      { series: calls('0+20x20', '0+80x20'), at: 3, ...toolSuccess('80%', '1h') },
      { series: calls('0+60x30', '0+40x30'), at: 16, ...toolSuccess('40%', '6h') },
    ],
    quiet: [{ why: '25 % is for the slow ones', series: calls('0+75x60', '0+25x60'), at: 60 }],
  },
  {
    alert: 'PmcpToolSuccessBurnSlow',
    fires: [
      { series: calls('0+80x70', '0+20x70'), at: 62, ...toolSuccess('20%', '1d') },
      { series: calls('0+90x190', '0+10x190'), at: 182, ...toolSuccess('10%', '3d') },
    ],
    quiet: [{ why: 'the budget lasts', series: calls('0+96x240', '0+4x240'), at: 240 }],
  },
];
