import { type Case, POD, POD2, SERVICE, type Series, series } from '../case.js';

const exchange = (status: string, reason: string, pod = POD) =>
  series('pmcp_http_exchanges_total', { ...pod, http_method: 'POST', status, reason });

/** Returns how many requests are accepted, and how many are refused for one reason. */
const refusing =
  (status: string, reason: string) =>
  (accepted: string, refused: string): Series => ({
    [exchange('200', '')]: accepted,
    [exchange(status, reason)]: refused,
  });
const invalid = refusing('401', 'invalid_token');
const unauthorized = refusing('401', 'unauthorized');
const scope = refusing('403', 'insufficient_scope');
const limited = refusing('429', 'rate_limited');

export const refusals: readonly Case[] = [
  {
    alert: 'PmcpAuthorisationFailing',
    fires: [
      {
        // A deployment breaks the issuer: every request is refused.
        series: invalid('0+100x90 9000x90', '0+1x90 90+20x90'),
        at: 99,
        labels: SERVICE,
        description:
          'shop/pmcp answered 100% of all HTTP requests in the last 5 minutes with 401, and accepts less than half as many requests as an hour ago. Its issuer, its keys or its audience have changed: most users are locked out.',
      },
      {
        // The server gives no reason, on new pods.
        series: {
          [exchange('200', '')]: '0+100x90 stale',
          [exchange('200', '', POD2)]: '_x90 0+10x90',
          [exchange('401', 'unauthorized', POD2)]: '_x90 0+90x90',
        },
        at: 99,
        labels: SERVICE,
        description:
          'shop/pmcp answered 90% of all HTTP requests in the last 5 minutes with 401, and accepts less than half as many requests as an hour ago. Its issuer, its keys or its audience have changed: most users are locked out.',
      },
    ],
    quiet: [
      {
        why: 'one client retries with an old token, while others work',
        series: invalid('0+30x180', '0x90 0+300x90'),
        at: 180,
      },
      {
        why: 'clients send a first request without a token, and then get in',
        series: unauthorized('0+50x180', '0+40x180'),
        at: 180,
      },
      {
        why: 'requests without a token come day and night, and users sleep at night',
        series: unauthorized('0+50x90 4500x90', '0+20x180'),
        at: 180,
      },
      {
        why: 'requests without a token begin at night',
        series: unauthorized('0+50x90 4500x200', '0x200 0+60x90'),
        at: 280,
      },
      {
        why: 'a few are refused, and there are no others',
        series: invalid('0+1x90 90x90', '0x90 0+4x90'),
        at: 180,
      },
      {
        why: 'a new server gets its first requests from clients without a token',
        series: unauthorized('0x20', '0+60x20'),
        at: 20,
      },
    ],
  },
  {
    alert: 'PmcpScopeLoop',
    fires: [
      {
        series: scope('0+60x30', '0+30x30'),
        at: 11,
        labels: SERVICE,
        description:
          'shop/pmcp answered 33.33% of all HTTP requests in the last 5 minutes with 403 because a scope is missing. A client that gets the scope asks once more and succeeds. These clients are refused again and again, and their users see a login that never ends.',
      },
    ],
    quiet: [
      { why: 'each user is asked for the scope once', series: scope('0+600x30', '0+60x30'), at: 30 },
      { why: 'it happens a few times', series: scope('0x30', '0+2x30'), at: 30 },
    ],
  },
  {
    alert: 'PmcpClientsLimited',
    fires: [
      {
        series: limited('0+90x30', '0+20x30'),
        at: 8,
        labels: SERVICE,
        description:
          'shop/pmcp answered 18.18% of all HTTP requests in the last 5 minutes with 429. Users wait for their model, and the model waits for the server.',
      },
    ],
    quiet: [
      { why: 'one request in thirty gets it', series: limited('0+580x30', '0+20x30'), at: 30 },
      { why: 'a nightly job reaches it now and then', series: limited('0+9x30', '0+9x30'), at: 30 },
    ],
  },
];
