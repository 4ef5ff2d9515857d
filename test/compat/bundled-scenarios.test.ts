import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Collector } from '../../scripts/collector/collector.js';
import { Bundled } from '../integration/scenarios/bundled-hosts.js';
import { playShared } from '../integration/scenarios/play.js';
import { isAbsent, type Row } from '../integration/scenarios/row.js';
import { rows } from '../integration/scenarios/table.js';
import { agreed } from '../integration/signals/exported.js';

const bundled = new Bundled();
let collector: Collector;
beforeAll(async () => {
  collector = await Collector.start();
  await bundled.start({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_BLRP_SCHEDULE_DELAY: '100',
  });
});
afterAll(async () => {
  await bundled.stop();
  await collector.stop();
});

describe.each(bundled.hosts)('$title', (host) => {
  // No variable shortens the idle time of a session.
  const isTooLong = (row: Row) =>
    row.needsIdleSession && host.session && host.transport === 'streamable_http';
  const present = rows.filter((row) => !isAbsent(host, row) && !isTooLong(row));
  playShared(host, present);
});

it('metrics, spans and log lines of bundled servers agree after all scenarios', async () => {
  const counted = await agreed({ metrics: () => bundled.metrics(), collector });
  expect(Object.keys(counted).length).toBeGreaterThan(10);
});
