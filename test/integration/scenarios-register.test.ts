import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Collector } from '../../scripts/collector/collector.js';
import { playShared } from './scenarios/play.js';
import { Registered } from './scenarios/registered-hosts.js';
import { isAbsent, type Row } from './scenarios/row.js';
import { rows } from './scenarios/table.js';
import { agreed } from './signals/exported.js';

const registered = new Registered();
let collector: Collector;
beforeAll(async () => {
  collector = await Collector.start();
  await registered.start({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_BLRP_SCHEDULE_DELAY: '100',
  });
});
afterAll(async () => {
  await registered.stop();
  await collector.stop();
});

describe.each(registered.hosts)('$title', (host) => {
  // No variable shortens the idle time of a session.
  const isTooLong = (row: Row) =>
    row.needsIdleSession && host.session && host.transport === 'streamable_http';
  const present = rows.filter((row) => !isAbsent(host, row) && !isTooLong(row));
  playShared(host, present);
});

it('metrics, spans and log lines of registered servers agree after all scenarios', async () => {
  const counted = await agreed({ metrics: () => registered.metrics(), collector });
  expect(Object.keys(counted).length).toBeGreaterThan(10);
});
