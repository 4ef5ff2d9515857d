import { expect, it, vi } from 'vitest';
import { createObservability } from '../index.js';

vi.mock('../tracing/propagators.js', () => ({
  registerPropagation() {
    throw Object.assign(new Error("Cannot find module '@opentelemetry/core'"), { code: 'MODULE_NOT_FOUND' });
  },
}));

it('packages that are not installed are told, with a way out', async () => {
  const lines: string[] = [];
  const { observe } = createObservability({
    metrics: { port: false, runtime: false },
    shutdown: { onSigterm: false },
    traces: { mode: 'propagation-only' },
    log: { destination: { write: (line: string) => void lines.push(line) } },
  });
  const transport = { start: async () => {}, close: async () => {}, send: async () => {} };
  await observe({ connect: (to: typeof transport) => to.start() }).connect(transport);
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
    expect.stringMatching(/^traces are off: expected the OpenTelemetry packages.*set OTEL_PROPAGATORS=none$/),
  ]);
});
