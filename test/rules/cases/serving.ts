import { type Case, call, only, POD, POD2, SERVICE, series } from '../case.js';

const ofNoTool = (type: string) =>
  series('pmcp_errors_total', { ...POD, method: 'tools/call', name: '_other', type });
const inFlight = (method: string, pod = POD) => series('pmcp_requests_in_flight', { ...pod, method });
const list = (fingerprint: string) => series('pmcp_tool_definitions_info', { ...POD, fingerprint });
const build = (version: string) => series('pmcp_build_info', { ...POD, server: 'notes', version, sdk: 'v2' });

export const serving: readonly Case[] = [
  {
    alert: 'PmcpClientErrorSurge',
    fires: [
      {
        series: { [call('search', 'client_error')]: '0+6x40', [call('search', 'ok')]: '0+4x40' },
        at: 15,
        labels: SERVICE,
        description:
          '60% of the requests to shop/pmcp in the last 5 minutes were refused as faults of the client. A client is broken, or a change of the server broke them all.',
      },
    ],
    quiet: [
      {
        why: '48 % are refused',
        series: { [call('search', 'client_error')]: '0+48x40', [call('search', 'ok')]: '0+52x40' },
        at: 40,
      },
      {
        why: 'requests without a token come day and night',
        series: {
          [call('search', 'client_error')]: '0+60x40',
          [series('pmcp_http_exchanges_total', {
            ...POD,
            http_method: 'POST',
            status: '401',
            reason: 'unauthorized',
          })]: '0+60x40',
        },
        at: 40,
      },
      {
        why: 'a few requests are refused, and there are no others',
        series: { [call('search', 'client_error')]: '0+4x40' },
        at: 40,
      },
    ],
  },
  {
    alert: 'PmcpInventedNames',
    fires: [
      {
        // SDK v1 answers with a result, v2 and other servers with an error.
        series: { [ofNoTool('tool_error')]: '0+6x40', [ofNoTool('-32602')]: '0+5x40' },
        at: 15,
        labels: SERVICE,
        description:
          '110 calls to shop/pmcp in the last 10 minutes used names that do not exist there. Somebody guesses names, or clients use an old list of tools and get errors.',
      },
    ],
    quiet: [
      { why: 'fewer are invented', series: { [ofNoTool('-32602')]: '0+9x40' }, at: 40 },
      {
        why: 'calls are refused before the tools are known',
        series: Object.fromEntries(
          ['unknown_session', 'unauthorized', 'rate_limited', 'body_too_large'].map((reason) => [
            ofNoTool(reason),
            '0+60x40',
          ]),
        ),
        at: 40,
      },
    ],
  },
  {
    alert: 'PmcpMalformedMessages',
    fires: [
      {
        series: only('pmcp_errors_total', { ...POD, method: '_other', name: '', type: 'parse' }, '0+2x40'),
        at: 11,
        labels: SERVICE,
        description:
          '20 messages to shop/pmcp in the last 10 minutes were not JSON-RPC. Their senders wait for an answer that does not come.',
      },
    ],
    quiet: [
      {
        why: 'nine messages are no trend',
        series: only(
          'pmcp_errors_total',
          { ...POD, method: '_other', name: '', type: 'parse' },
          '0+1x9 9x30',
        ),
        at: 30,
      },
    ],
  },
  {
    alert: 'PmcpRequestsStuck',
    fires: [
      {
        series: {
          [inFlight('tools/call')]: '2x40',
          [call('search', 'ok')]: '5x40',
        },
        at: 15,
        labels: { ...SERVICE, instance: POD.instance, method: 'tools/call' },
        description:
          '2 tools/call requests to 10.0.0.1:9090 of shop/pmcp have been in flight for 15 minutes and not one has ended. Their clients hang.',
      },
      {
        // Another one waits for a user.
        series: {
          [inFlight('tools/call')]: '3x40',
          [series('pmcp_requests_waiting', { ...POD, method: 'tools/call' })]: '1x40',
        },
        at: 15,
        labels: { ...SERVICE, instance: POD.instance, method: 'tools/call' },
        description:
          '2 tools/call requests to 10.0.0.1:9090 of shop/pmcp have been in flight for 15 minutes and not one has ended. Their clients hang.',
      },
      {
        // The other pod continues.
        series: {
          [inFlight('tools/call')]: '50x40',
          [call('search', 'ok')]: '100x40',
          [inFlight('tools/call', POD2)]: '1x40',
          [call('search', 'ok', POD2)]: '0+30x40',
        },
        at: 15,
        labels: { ...SERVICE, instance: POD.instance, method: 'tools/call' },
        description:
          '50 tools/call requests to 10.0.0.1:9090 of shop/pmcp have been in flight for 15 minutes and not one has ended. Their clients hang.',
      },
    ],
    quiet: [
      {
        why: 'clients keep subscriptions open',
        series: { [inFlight('subscriptions/listen')]: '3x40' },
        at: 40,
      },
      {
        why: 'clients wait for the result of a task',
        series: { [inFlight('tasks/result')]: '3x40' },
        at: 40,
      },
      {
        why: 'all that are in flight wait for a user',
        series: {
          [inFlight('tools/call')]: '2x40',
          [series('pmcp_requests_waiting', { ...POD, method: 'tools/call' })]: '2x40',
        },
        at: 40,
      },
      {
        why: 'requests end',
        series: {
          [inFlight('tools/call')]: '2x40',
          [call('search', 'ok')]: '0+1x40',
        },
        at: 40,
      },
    ],
  },
  {
    alert: 'PmcpToolsChanged',
    fires: [
      {
        series: { [list('aaaa')]: '1x4 _x40', [list('bbbb')]: '_x5 1x40', [build('1.0.0')]: '1x40' },
        at: 5,
        labels: SERVICE,
        description:
          'shop/pmcp has served 2 different lists of tools in the last hour under one version. Models may now read descriptions of tools that nobody has reviewed.',
      },
    ],
    quiet: [
      {
        why: 'a new version rolls out',
        series: {
          [list('aaaa')]: '1x4 _x40',
          [list('bbbb')]: '_x5 1x40',
          [build('1.0.0')]: '1x4 _x40',
          [build('1.1.0')]: '_x5 1x40',
        },
        at: 20,
      },
    ],
  },
];
