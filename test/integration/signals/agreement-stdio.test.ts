import { describe, expect, it } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { perform } from '../scenarios/play.js';
import { isAbsent } from '../scenarios/row.js';
import { join, renewed, type Scene } from '../scenarios/scene.js';
import { registeredStdioHosts, stdioHosts } from '../scenarios/stdio-hosts.js';
import { rows } from '../scenarios/table.js';
import { agreed } from './exported.js';

describe.each([...stdioHosts, ...registeredStdioHosts])('$title', (host) => {
  it('has metrics, spans and log lines that agree after all scenarios that keep the connection', async () => {
    const collector = await Collector.start();
    const running = await host.openWith({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_BLRP_SCHEDULE_DELAY: '100',
    });
    const scene: Scene = { host, running, peer: await join(host, running), before: new Map(), key: '' };
    for (const row of rows) if (!row.alone && !isAbsent(host, row)) await perform(row, await renewed(scene));
    const counted = await agreed({ metrics: running.metrics, collector });
    expect(Object.keys(counted).length).toBeGreaterThan(10);
    await running.close();
    collector.stop();
  });
});
