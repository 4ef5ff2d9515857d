import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { Collector } from '../../scripts/collector/collector.js';
import { startStdioServer } from './stdio.js';
import { until } from './until.js';

/**
 * The banner with which CommonJS packages find Node's modules in a bundled ES module.
 * The bundler's authors recommend it.
 */
export const REQUIRE_BANNER = "import{createRequire as r}from'node:module';const require=r(import.meta.url);";

const CALLED = /^pmcp_requests_total\{method="tools\/call",name="hello",outcome="ok"\} 1$/m;

/**
 * Starts a bundle of `one-line-server.mjs` in a folder without packages,
 * calls it, and expects all three signals.
 */
export async function expectObserved(file: string): Promise<void> {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    expect(existsSync(join(folder, 'node_modules')), `node_modules in ${folder}`).toBe(false);
  }
  await expectSignals([file]);
}

/** Starts Node with these arguments, which run `one-line-server.mjs`, and expects all three signals. */
export async function expectSignals(args: string[], env: Record<string, string> = {}): Promise<void> {
  const collector = await Collector.start();
  try {
    const { client, port } = await startStdioServer(args, {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_BLRP_SCHEDULE_DELAY: '50',
      ...env,
    });
    await client.callTool({ name: 'hello', arguments: {} });
    // If the toolkit recognises a server only by its messages,
    // it reports them once OpenTelemetry's SDK is loaded.
    await until(async () => CALLED.test(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()));
    await until(() => collector.spans.some(({ name }) => name === 'tools/call hello'));
    await until(() => collector.logs.some(({ body }) => body === 'tools/call hello'));
    // The first request of a process is included.
    expect(collector.spans.map(({ name }) => name)).toContain('initialize');
    await client.close();
  } finally {
    collector.stop();
  }
}

/** Expects that a bundle without access to a collector still counts calls. */
export async function expectCounted(file: string): Promise<void> {
  const { client, port } = await startStdioServer([file], {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4317',
  });
  await client.callTool({ name: 'hello', arguments: {} });
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(metrics).toMatch(CALLED);
  await client.close();
}
