import { type Attributes, SpanKind } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { perform } from '../scenarios/play.js';
import { isAbsent } from '../scenarios/row.js';
import { join, renewed, type Scene } from '../scenarios/scene.js';
import { registeredStdioHosts, stdioHosts } from '../scenarios/stdio-hosts.js';
import { rows } from '../scenarios/table.js';
import { countedByLines, countedByMetrics, countedBySpans } from './agreement.js';

/** As OTLP numbers the kinds of spans. */
const SERVER = 2;

const idOf = (resource: object | undefined) => resource && Reflect.get(resource, 'service.instance.id');

describe.each([...stdioHosts, ...registeredStdioHosts])('$title', (host) => {
  it('metrics, spans and log lines agree after all scenarios that leave the connection', async () => {
    const collector = await Collector.start();
    const running = await host.openWith({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_BLRP_SCHEDULE_DELAY: '100',
    });
    const scene: Scene = { host, running, peer: await join(host, running), before: new Map(), key: '' };
    for (const row of rows) if (!row.alone && !isAbsent(host, row)) await perform(row, await renewed(scene));
    const counted = countedByMetrics(await running.metrics());
    // The client asks a process of its own first which protocol it speaks, and ends it.
    const called = () => collector.spans.find(({ name }) => name.startsWith('tools/call'));
    const isOfServer = ({ resource }: { readonly resource: object }) =>
      idOf(resource) === idOf(called()?.resource);
    const spans = () =>
      collector.spans.filter(isOfServer).map(({ name, kind, attributes }) => ({
        name,
        kind: kind === SERVER ? SpanKind.SERVER : SpanKind.INTERNAL,
        attributes: attributes as Attributes,
      }));
    const lines = () =>
      collector.logs
        .filter((line) => isOfServer(line) && line.attributes.outcome !== undefined)
        .map(({ body, attributes }) => ({ msg: String(body), outcome: String(attributes.outcome) }));
    await expect.poll(() => countedBySpans(spans()), { timeout: 5_000 }).toEqual(counted);
    await expect.poll(() => countedByLines(lines()), { timeout: 5_000 }).toEqual(counted);
    expect(Object.keys(counted).length).toBeGreaterThan(10);
    await running.close();
    collector.stop();
  });
});
