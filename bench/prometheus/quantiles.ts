/**
 * Prints what a Prometheus says of the quantiles of known distributions, by classic and by native histograms.
 *
 *     npx tsx bench/prometheus/quantiles.ts
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createObservability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import type { HistogramFamily } from '../../packages/observability/src/metrics/histogram-family.js';
import type { RegisteredFamily } from '../../packages/observability/src/metrics/registry.js';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { Random } from '../../test/support/random.js';
import { until } from '../../test/support/until.js';

const OBSERVATIONS = 20_000;
const QUANTILES = [0.5, 0.95, 0.99];
const DURATION = catalog.requestDuration.name;

const random = new Random(7);
const unit = () => (random.below(2 ** 31) + 1) / 2 ** 31;
const normal = () => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());

/** Typical latencies of tools, in seconds. */
const DISTRIBUTIONS: Readonly<Record<string, () => number>> = {
  'from memory, a third of a millisecond': () => 0.0003 * Math.exp(0.3 * normal()),
  'a file, 3 ms': () => 0.003 * Math.exp(0.4 * normal()),
  'a database, 20 ms with a tail': () => 0.02 * Math.exp(0.8 * normal()),
  'another service, 130 ms, hardly varying': () => 0.13 + 0.005 * normal(),
  'even, up to 2 s': () => 2 * unit(),
  'a model, 4 s with a tail': () => 4 * Math.exp(0.5 * normal()),
  'mostly 4 ms, with timeouts of 30 s': () => (random.once(20) ? 30 : 0.004 * -Math.log(unit())),
};

const children = new Children((message) => process.stderr.write(`${message}\n`));
const { registry, handler } = createObservability({
  metrics: { port: false, runtime: false },
  log: { level: 'off' },
});
const exact = filled();
const server = createServer(handler).listen(0, '127.0.0.1');
await once(server, 'listening');

try {
  const prometheus = await Prometheus.startWith(config(), children.start.bind(children), {
    need: { minVersion: '3.8' },
  });
  // Several scrapes, since the first may be in progress.
  await until(async () => ((await prometheus.number('sum(count_over_time(up[1m]))')) ?? 0) > 2, 60_000);
  process.stdout.write(`${await rows(prometheus)}\n`);
} finally {
  await children.stop();
  server.close().closeAllConnections();
}

/** Observes each distribution under its own name. Returns what was observed, in order. */
function filled(): Map<string, number[]> {
  const registered = registry.getSingleMetric(DURATION) as unknown as RegisteredFamily;
  const durations = registered.family as HistogramFamily;
  return new Map(
    Object.entries(DISTRIBUTIONS).map(([name, draw]) => {
      const slot = durations.slot('tools/call', name);
      const values = Array.from({ length: OBSERVATIONS }, draw);
      for (const value of values) durations.observe(slot, value);
      return [name, values.sort((one, other) => one - other)];
    }),
  );
}

function config(): string {
  const { port } = server.address() as AddressInfo;
  return `global: { scrape_interval: 1s, scrape_timeout: 1s, scrape_native_histograms: true, always_scrape_classic_histograms: true }
scrape_configs: [{ job_name: pmcp, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }]
`;
}

async function rows(prometheus: Prometheus): Promise<string> {
  const found = await Promise.all(
    QUANTILES.map(async (fraction) => ({
      fraction,
      classic: await prometheus.query(`histogram_quantile(${fraction}, ${DURATION}_bucket)`),
      native: await prometheus.query(`histogram_quantile(${fraction}, ${DURATION})`),
    })),
  );
  const cells = (name: string) =>
    found.flatMap(({ fraction, classic, native }) => {
      const value = exact.get(name)![Math.ceil(fraction * OBSERVATIONS) - 1]!;
      const error = (samples: typeof native) => {
        const said = samples.find(({ labels }) => labels.name === name)?.value ?? Number.NaN;
        return `${Math.round((100 * said) / value - 100) || 0} %`;
      };
      return [`${Number(value.toPrecision(3))} s`, error(classic), error(native)];
    });
  const head = QUANTILES.flatMap((fraction) => [`p${100 * fraction}`, 'classic', 'native']);
  return [
    ['latency of', ...head],
    ['---', ...head.map(() => '---')],
    ...Object.keys(DISTRIBUTIONS).map((name) => [name, ...cells(name)]),
  ]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
