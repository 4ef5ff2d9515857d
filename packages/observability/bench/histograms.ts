import { createObservability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { HISTOGRAM_FORMS, HistogramFamily, type HistogramForm } from '../src/metrics/histogram-family.js';
import { NoopServer, NoopTransport } from './noop.js';
import { median, table } from './stats.js';

const RUNS = 15;
const OBSERVATIONS = 500_000;
const REQUESTS = 100_000;

const request = { jsonrpc: '2.0', id: 0, method: 'tools/call', params: { name: 'tool', arguments: {} } };
const answer = { jsonrpc: '2.0', id: 0, result: { content: [] } };

/** Measures what native buckets cost in addition to the classic ones, in turns. */
export async function histograms(): Promise<string> {
  const observers = HISTOGRAM_FORMS.map(observer);
  const requesters = await Promise.all(HISTOGRAM_FORMS.map(requester));
  const subjects = [...observers, ...requesters];
  const times = subjects.map(() => [] as number[]);
  for (let run = 0; run <= RUNS; run++) {
    for (const [i, measure] of subjects.entries()) {
      const ns = measure();
      if (run > 0) times[i]?.push(ns);
    }
  }
  const rows = HISTOGRAM_FORMS.map((form, i) => [
    form,
    median(times[i]!).toFixed(0),
    median(times[i + observers.length]!).toFixed(0),
    bytesOf(observers[i]!, OBSERVATIONS),
    bytesOf(requesters[i]!, REQUESTS),
  ]);
  const head = [
    'histograms',
    'ns per observation',
    'ns per request',
    'bytes per observation',
    'bytes per request',
  ];
  return table(head, rows);
}

/** Observes latencies from 50 µs to half a minute. */
function observer(form: HistogramForm): () => number {
  const family = new HistogramFamily(catalog.requestDuration, form);
  const slot = family.slot('tools/call', 'tool');
  const values = Float64Array.from({ length: 1024 }, (_, i) => 0.00005 * 2 ** (((i * 389) % 1024) / 54));
  return () => {
    const start = performance.now();
    for (let i = 0; i < OBSERVATIONS; i++) family.observe(slot, values[i & 1023]!);
    return ((performance.now() - start) * 1e6) / OBSERVATIONS;
  };
}

async function requester(form: HistogramForm): Promise<() => number> {
  const { observe } = createObservability({
    metrics: { port: false, runtime: false, histograms: form },
    log: { requestsPerSecond: 0 },
  });
  const transport = new NoopTransport();
  await observe(new NoopServer({ tool: {} })).connect(transport);
  return () => {
    const start = performance.now();
    for (let id = 0; id < REQUESTS; id++) {
      request.id = id;
      answer.id = id;
      transport.onmessage?.(request);
      void transport.send(answer);
    }
    return ((performance.now() - start) * 1e6) / REQUESTS;
  };
}

/**
 * Returns the bytes that each call allocates.
 * A large young generation prevents a garbage collection in between.
 */
function bytesOf(measure: () => number, count: number): string {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  measure();
  return ((process.memoryUsage().heapUsed - before) / count).toFixed(1);
}
