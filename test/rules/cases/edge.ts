import { type Case, only, POD, SERVICE, type Series, series } from '../case.js';

const INGRESS = { namespace: 'shop', ingress: 'notes' };

/** The servers, all of which disappear after a while. */
const servers = only('pmcp_ready', POD, '1x3 stale');

/** Returns series of the ingress by the value of one label, in the namespace of the servers. */
const ofIngress =
  (name: string, label: string) =>
  (counts: Readonly<Record<string, string>>, ingress = INGRESS): Series => ({
    ...servers,
    ...Object.fromEntries(
      Object.entries(counts).map(([value, values]) => [
        series(name, { ...ingress, service: 'notes', [label]: value }),
        values,
      ]),
    ),
  });

const requests = ofIngress('nginx_ingress_controller_requests', 'status');
const durations = ofIngress('nginx_ingress_controller_header_duration_seconds_bucket', 'le');
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
const ELSEWHERE = { namespace: 'web', ingress: 'shopfront' };

export const edge: readonly Case[] = [
  {
    alert: 'PmcpIngressErrors',
    fires: [
      {
        series: requests({ 200: '0+9x30', 502: '0+1x30' }),
        at: 11,
        labels: INGRESS,
        description:
          '10% of the requests to the ingress shop/notes in the last 10 minutes got a 5xx. Those clients never reached a server, or lost it.',
      },
    ],
    quiet: [
      { why: '4 % fail', series: requests({ 200: '0+24x30', 502: '0+1x30' }), at: 30 },
      {
        why: 'the ingress routes to no server of ours',
        series: requests({ 200: '0+9x30', 502: '0+9x30' }, ELSEWHERE),
        at: 30,
      },
      { why: 'there are no requests', series: requests({ 200: '900x30', 502: '100x30' }), at: 30 },
    ],
  },
  {
    alert: 'PmcpIngressSlow',
    fires: [
      {
        series: durations({ 5: '0+1x30', 10: '0+10x30', '+Inf': '0+10x30' }),
        at: 11,
        labels: INGRESS,
        description:
          'One request in twenty to the ingress shop/notes waits longer than 9.722s for the first byte. Users see their client hang.',
      },
    ],
    quiet: [
      {
        why: '96 of 100 take less than 5 s',
        series: durations({ 5: '0+96x30', 10: '0+100x30', '+Inf': '0+100x30' }),
        at: 30,
      },
      {
        why: 'the ingress routes to no server of ours',
        series: durations({ 5: '0+1x30', 10: '0+10x30', '+Inf': '0+10x30' }, ELSEWHERE),
        at: 30,
      },
    ],
  },
  {
    alert: 'PmcpIngressLimiting',
    fires: [
      {
        series: requests({ 200: '0+9x30', 429: '0+11x30' }),
        at: 15,
        labels: INGRESS,
        description:
          'The ingress shop/notes answered 110 requests in the last 10 minutes with 429. One client sends far too many requests, or the limit is too low for normal use.',
      },
    ],
    quiet: [
      { why: 'it rejects fewer', series: requests({ 200: '0+9x30', 429: '0+9x30' }), at: 30 },
      {
        why: 'the ingress routes to no server of ours',
        series: requests({ 200: '0+9x30', 429: '0+11x30' }, ELSEWHERE),
        at: 30,
      },
    ],
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
    ],
    quiet: [
      {
        why: '4 % fail',
        series: { [exchange('200', '')]: '0+48x30', [exchange('502', 'other')]: '0+2x30' },
        at: 30,
      },
      { why: 'one of a few fails', series: { [exchange('502', 'other')]: '0x9 1x20' }, at: 30 },
      {
        why: 'an ingress exposes metrics',
        series: { ...requests({ 200: '0+9x30' }), [exchange('502', 'other')]: '0+9x30' },
        at: 30,
      },
    ],
  },
  {
    alert: 'PmcpHttpSlow',
    fires: [
      {
        series: firstBytes('0+9x40', '0+10x40'),
        at: 16,
        labels: SERVICE,
        description:
          '10% of the HTTP requests to shop/pmcp in the last 10 minutes waited longer than 5 s for the first byte, longer than their messages took. Something before the server is slow: the check of a token, a queue, a body that comes slowly.',
      },
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
      {
        why: 'an ingress exposes metrics',
        series: { ...requests({ 200: '0+9x40' }), ...firstBytes('0+9x40', '0+10x40') },
        at: 40,
      },
    ],
  },
];
