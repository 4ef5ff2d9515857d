import { catalog } from '@pmcp/observability/catalog';
import { not, quantile, rate, sum } from '../prometheus/promql.js';
import { instanceExchanges } from '../prometheus/recorded.js';
import { BODY_COLOURS, QUANTILE_COLOURS, STATUS_COLOURS } from './colours.js';
import { line, type Section, section } from './layout.js';
import { ranking } from './panels/ranking.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, query, RATE } from './query.js';

const NONE = 'No HTTP request came yet';

/** Panels about what happens to requests before a server handles them. */
export function http(): Section[] {
  return [section('At the door', line(8, exchanges(), refusals()), line(7, firstByte(), bytes()))];
}

function exchanges() {
  return timeseries({
    title: 'HTTP exchanges by status',
    description:
      'All HTTP requests to the MCP endpoint, also those that never reach a server. If 401 and 403 rise, a release broke the access rules. 5xx means that the handler, or the server behind the proxy, is broken.',
    unit: 'reqps',
    stacked: true,
    queries: [query(sum(instanceExchanges, { by: ['status'], where: chosen() }), '{{status}}')],
    colours: STATUS_COLOURS,
    noValue: NONE,
  });
}

function refusals() {
  return ranking({
    title: 'Refusals by reason',
    description:
      'HTTP requests that were refused before a server saw them, by reason. Many invalid_token: look at the issuer of tokens. rate_limited: users wait. limit: no room for subscription streams. unknown_session after a restart: clients must open new sessions.',
    unit: 'reqps',
    rows: { reason: 'Reason', status: 'Status' },
    head: 'Refusals',
    of: sum(instanceExchanges, { by: ['reason', 'status'], where: chosen({ reason: not('') }) }),
    noValue: 'Nobody was refused',
  });
}

function firstByte() {
  const of = { ...RATE, by: [], where: chosen({ http_method: 'POST' }) } as const;
  return timeseries({
    title: 'First byte of answers to POST',
    description:
      'How long HTTP requests wait for the first byte of their answer. If it is far above the response time, something in front of the server is slow, such as the check of a token.',
    unit: 's',
    wide: 'above 0',
    queries: [0.5, 0.95, 0.99].map((fraction) =>
      query(quantile(fraction, catalog.httpFirstByte, of), `p${fraction * 100}`),
    ),
    colours: QUANTILE_COLOURS,
    noValue: NONE,
  });
}

function bytes() {
  return timeseries({
    title: 'Bytes written by kind',
    description:
      'Bytes of HTTP answers per second: json for a complete answer, stream for an open stream. Many bytes in streams mean large results: let tools return less.',
    unit: 'binBps',
    stacked: true,
    queries: [query(rate(catalog.httpResponseBytes, { ...RATE, by: ['kind'], where: chosen() }), '{{kind}}')],
    colours: BODY_COLOURS,
    noValue: NONE,
  });
}
