import { type Case, POD, SERVICE, type Series, series } from '../case.js';
import { durations, EXPOSED, requests, WITHOUT_STATUSES } from './edges.js';

const exchange = (status: string, reason: string) =>
  series('pmcp_http_exchanges_total', { ...POD, http_method: 'POST', status, reason });
const firstBytes = (within: string, all: string): Series =>
  Object.fromEntries(
    Object.entries({ 5: within, '+Inf': all }).map(([le, values]) => [
      series('pmcp_http_first_byte_seconds_bucket', { ...POD, http_method: 'POST', le }),
      values,
    ]),
  );
const slowest = (le: string) =>
  series('pmcp_request_duration_seconds_bucket', { ...POD, method: 'tools/call', name: 'search', le });
/** A namespace without servers of ours. */
const ELSEWHERE = 'web';
const NGINX = EXPOSED.filter(({ edge }) => edge === 'ingress-nginx');
const LATE = { 5: '0+1x40', 10: '0+10x40', '+Inf': '0+10x40' };
const LATE_AT_SERVER =
  '10% of the HTTP requests to shop/pmcp in the last 10 minutes waited longer than 5 s for the first byte, longer than their messages took. Something before the server is slow: the check of a token, a queue, a body that comes slowly.';
const place = ({ edge, route }: (typeof EXPOSED)[number]) => ({ namespace: 'shop', edge, route });

export const edge: readonly Case[] = [
  {
    alert: 'PmcpIngressErrors',
    fires: EXPOSED.map((of) => ({
      series: requests(of, { 200: '0+9x30', 502: '0+1x30' }),
      at: 10,
      labels: place(of),
      description: `10% of the requests for shop/${of.route} in the last 10 minutes got a 5xx from ${of.edge}. Those clients never reached a server, or lost it.`,
    })),
    quiet: EXPOSED.flatMap((of) => [
      { why: `4 % fail at ${of.edge}`, series: requests(of, { 200: '0+24x30', 502: '0+1x30' }), at: 30 },
      {
        why: `${of.edge} routes to no server of ours`,
        series: requests(of, { 200: '0+9x30', 502: '0+9x30' }, ELSEWHERE),
        at: 30,
      },
      {
        why: `there are no requests at ${of.edge}`,
        series: requests(of, { 200: '900x30', 502: '100x30' }),
        at: 30,
      },
    ]),
  },
  {
    alert: 'PmcpIngressSlow',
    fires: NGINX.map((of) => ({
      series: durations(of, LATE),
      at: 11,
      labels: place(of),
      description: `One request in twenty for shop/${of.route} waits at ${of.edge} longer than 9.722s for the first byte. Users see their client hang.`,
    })),
    quiet: [
      ...NGINX.flatMap((of) => [
        {
          why: '96 of 100 take less than 5 s',
          series: durations(of, { 5: '0+96x30', 10: '0+100x30', '+Inf': '0+100x30' }),
          at: 30,
        },
        { why: 'the edge routes to no server of ours', series: durations(of, LATE, ELSEWHERE), at: 30 },
      ]),
      ...EXPOSED.filter((of) => !NGINX.includes(of)).map((of) => ({
        why: `${of.edge} measures until the end, and streams are open`,
        series: durations(of, LATE),
        at: 30,
      })),
    ],
  },
  {
    alert: 'PmcpIngressLimiting',
    fires: EXPOSED.filter(({ codes }) => codes).map((of) => ({
      series: requests(of, { 200: '0+9x30', 429: '0+11x30' }),
      at: 13,
      labels: place(of),
      description: `${of.edge} answered 110 requests for shop/${of.route} in the last 10 minutes with 429. One client sends far too many requests, or the limit is too low for normal use.`,
    })),
    quiet: EXPOSED.flatMap((of) => [
      { why: `${of.edge} rejects fewer`, series: requests(of, { 200: '0+9x30', 429: '0+9x30' }), at: 30 },
      {
        why: `${of.edge} routes to no server of ours`,
        series: requests(of, { 200: '0+9x30', 429: '0+11x30' }, ELSEWHERE),
        at: 30,
      },
    ]),
  },
  {
    alert: 'PmcpHttpErrors',
    fires: [
      {
        series: { [exchange('200', '')]: '0+18x30', [exchange('502', 'other')]: '0+2x30' },
        at: 8,
        labels: SERVICE,
        description:
          '10% of the HTTP requests to shop/pmcp in the last 5 minutes got a 5xx. Those clients got no answer.',
      },
      {
        series: {
          ...WITHOUT_STATUSES,
          [exchange('200', '')]: '0+18x30',
          [exchange('502', 'other')]: '0+2x30',
        },
        at: 8,
        labels: SERVICE,
        description:
          '10% of the HTTP requests to shop/pmcp in the last 5 minutes got a 5xx. Those clients got no answer.',
      },
    ],
    quiet: [
      {
        why: '4 % fail',
        series: { [exchange('200', '')]: '0+48x30', [exchange('502', 'other')]: '0+2x30' },
        at: 30,
      },
      { why: 'one of a few fails', series: { [exchange('502', 'other')]: '0x9 1x20' }, at: 30 },
      ...EXPOSED.map((of) => ({
        why: `${of.edge} exposes metrics`,
        series: { ...requests(of, { 200: '0+9x30' }), [exchange('502', 'other')]: '0+9x30' },
        at: 30,
      })),
    ],
  },
  {
    alert: 'PmcpHttpSlow',
    fires: [
      {
        series: firstBytes('0+9x40', '0+10x40'),
        at: 16,
        labels: SERVICE,
        description: LATE_AT_SERVER,
      },
      ...EXPOSED.filter((of) => !NGINX.includes(of)).map((of) => ({
        series: {
          ...requests(of, { 200: '0+9x40' }),
          ...durations(of, { 5: '0+10x40', '+Inf': '0+10x40' }),
          ...firstBytes('0+9x40', '0+10x40'),
        },
        at: 16,
        labels: SERVICE,
        description: LATE_AT_SERVER,
      })),
    ],
    quiet: [
      { why: '96 of 100 take less than 5 s', series: firstBytes('0+96x40', '0+100x40'), at: 40 },
      {
        why: 'clients wait for the results of tasks',
        series: {
          ...firstBytes('0+9x40', '0+10x40'),
          [series('pmcp_requests_total', { ...POD, method: 'tasks/result', name: '', outcome: 'ok' })]:
            '0+1x40',
        },
        at: 40,
      },
      {
        why: 'the server asks its users meanwhile',
        series: {
          ...firstBytes('0+9x40', '0+10x40'),
          [series('pmcp_server_requests_total', {
            ...POD,
            method: 'elicitation/create',
            mode: 'form',
            outcome: 'ok',
          })]: '0+1x40',
        },
        at: 40,
      },
      {
        why: 'the tool itself is slow',
        series: {
          ...firstBytes('0+9x40', '0+10x40'),
          [slowest('5')]: '0+9x40',
          [slowest('10')]: '0+10x40',
          [slowest('+Inf')]: '0+10x40',
        },
        at: 40,
      },
      ...NGINX.map((of) => ({
        why: `${of.edge} measures first bytes`,
        series: { ...durations(of, { 5: '0+10x40', '+Inf': '0+10x40' }), ...firstBytes('0+9x40', '0+10x40') },
        at: 40,
      })),
    ],
  },
];
