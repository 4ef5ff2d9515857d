import { type Attributes, SpanKind } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Collector } from '../../scripts/collector/collector.js';
import { perform } from './scenarios/play.js';
import { Registered } from './scenarios/registered-hosts.js';
import { isAbsent, type Row, titleOn } from './scenarios/row.js';
import { openScene, type Scene, tried } from './scenarios/scene.js';
import { rows } from './scenarios/table.js';
import { countedByLines, countedByMetrics, countedBySpans } from './signals/agreement.js';

/** As OTLP numbers the kinds of spans. */
const SERVER = 2;
const POLL = { timeout: 20_000 };

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
  // No variable shortens how long a session may be idle.
  const isTooLong = (row: Row) =>
    row.needsIdleSession && host.session && host.transport === 'streamable_http';
  const present = rows.filter((row) => !isAbsent(host, row) && !isTooLong(row));

  describe('on one connection', () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await openScene(host);
    });
    afterAll(() => tried(scene.peer.leave()));
    for (const row of present.filter(({ alone }) => !alone))
      it(titleOn(host, row), async () => void (await perform(row, scene)));
  });

  describe('on a connection of its own', () => {
    for (const row of present.filter(({ alone }) => alone))
      it(titleOn(host, row), async () => {
        const scene = await openScene(host);
        await perform(row, scene);
        await tried(scene.peer.leave());
      });
  });
});

it('metrics, spans and log lines of registered servers agree after all scenarios', async () => {
  const counted = countedByMetrics(await registered.metrics());
  const spans = () =>
    collector.spans.map(({ name, kind, attributes }) => ({
      name,
      kind: kind === SERVER ? SpanKind.SERVER : SpanKind.INTERNAL,
      attributes: attributes as Attributes,
    }));
  const lines = () =>
    collector.logs
      .filter(({ attributes }) => attributes.outcome !== undefined)
      .map(({ body, attributes }) => ({ msg: String(body), outcome: String(attributes.outcome) }));
  await expect.poll(() => countedBySpans(spans()), POLL).toEqual(counted);
  await expect.poll(() => countedByLines(lines()), POLL).toEqual(counted);
  expect(Object.keys(counted).length).toBeGreaterThan(10);
});
