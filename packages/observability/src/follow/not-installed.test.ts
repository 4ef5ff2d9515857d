import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createObservability, type Options } from '../index.js';

vi.mock('@pmcp/otlp', () => {
  throw Object.assign(new Error("Cannot find package '@pmcp/otlp'"), { code: 'ERR_MODULE_NOT_FOUND' });
});

const lines: string[] = [];
const messages = () => lines.map((line) => String(JSON.parse(line).msg));
beforeEach(() => void lines.splice(0));
afterEach(() => vi.unstubAllEnvs());

async function connected(options: Options = {}): Promise<void> {
  const { observe } = createObservability({
    metrics: { port: false, runtime: false },
    shutdown: { onSigterm: false },
    log: { destination: { write: (line: string) => void lines.push(line) } },
    ...options,
  });
  const transport = { start: async () => {}, close: async () => {}, send: async () => {} };
  await observe({ connect: (to: typeof transport) => to.start() }).connect(transport);
}

it.each([
  ['propagation-only', 'OTEL_PROPAGATORS'],
  ['full', 'OTEL_TRACES_EXPORTER'],
] as const)(
  'a server without @pmcp/otlp starts with traces in mode %s, and logs once what to do',
  async (mode, variable) => {
    const traces = { mode, exporter: 'otlp' } as const;
    await connected({ traces });
    expect(messages()).toEqual([
      expect.stringMatching(
        new RegExp(`^traces are off: .*npm install @pmcp/otlp, or set ${variable}=none$`),
      ),
    ]);
  },
);

it.each([
  ['metrics', 'OTEL_METRICS_EXPORTER'],
  ['logs', 'OTEL_LOGS_EXPORTER'],
])('%s whose export needs it cause a message at start', async (signal, variable) => {
  vi.stubEnv(variable, 'otlp');
  await connected();
  const told = expect.stringMatching(new RegExp(`^${signal} could not be exported.*npm install @pmcp/otlp$`));
  await expect.poll(messages).toContainEqual(told);
});
