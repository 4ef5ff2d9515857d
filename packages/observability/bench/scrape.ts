import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { catalog } from '@pmcp/observability/catalog';
import { Counter, Histogram, Registry } from 'prom-client';
import { expose } from '../src/metrics/exposition.js';
import { createFamilies, type Families } from '../src/metrics/families.js';
import type { Format } from '../src/metrics/foreign.js';
import type { HistogramForm } from '../src/metrics/histogram-family.js';
import { registerFamilies } from '../src/metrics/registry.js';
import { median, table } from './stats.js';

const SIZES = [1_000, 10_000, 100_000];
const RUNS = 11;
/** The latencies of one tool, in twelve native buckets. */
const LATENCIES = Array.from({ length: 12 }, (_, i) => 0.02 * 2 ** (i / 8));
const OUTCOMES = ['ok', 'tool_error', 'client_error', 'server_error', 'cancelled'] as const;

interface Subject {
  readonly name: string;
  /** Changes values between two scrapes. */
  readonly touch: () => void;
  readonly render: () => Promise<number>;
}

/**
 * (c) Measures the rendering of /metrics: ours and prom-client's own, with the same series in the same run.
 */
export async function scrape(): Promise<string> {
  const rows: string[][] = [];
  for (const lines of SIZES) {
    const subjects = subjectsFor(lines);
    const results = subjects.map(() => [] as { ms: number; stall: number; bytes: number }[]);
    for (let run = 0; run <= RUNS; run++) {
      for (const [i, subject] of subjects.entries()) {
        subject.touch();
        globalThis.gc?.();
        const result = await measure(subject.render);
        if (run > 0) results[i]?.push(result);
      }
    }
    const baseline = median(results[0]!.map((result) => result.ms));
    for (const [i, subject] of subjects.entries()) rows.push(row(lines, subject.name, results[i]!, baseline));
  }
  return table(['lines', 'renderer', 'ms', 'times faster', 'longest stall, ms', 'MB'], rows);
}

function row(
  lines: number,
  name: string,
  results: { ms: number; stall: number; bytes: number }[],
  baseline: number,
) {
  const ms = median(results.map((result) => result.ms));
  return [
    String(lines),
    name,
    ms.toFixed(2),
    (baseline / ms).toFixed(1),
    median(results.map((result) => result.stall)).toFixed(2),
    (results[0]!.bytes / 1e6).toFixed(2),
  ];
}

function subjectsFor(lines: number): Subject[] {
  const tools = Array.from({ length: Math.round(lines / linesPerTool()) }, (_, i) => `tool_number_${i}`);
  const promClient = fillPromClient(tools);
  const { families, registry } = fillOurs(tools);
  const touchShare =
    (step: number, of = families) =>
    () => {
      for (let slot = 0; slot < tools.length; slot += step) of.requestDuration.observe(slot, 0.3);
      for (let slot = 0; slot < tools.length; slot += step) of.requests.add(slot * OUTCOMES.length, 1);
    };
  const native = fillOurs(tools, 'native');
  return [
    {
      name: "prom-client's own metrics",
      touch: () => {},
      render: async () => (await promClient.metrics()).length,
    },
    { name: 'ours, every series changed', touch: touchShare(1), render: () => bytesOf(registry) },
    { name: 'ours, 1 % of them changed', touch: touchShare(100), render: () => bytesOf(registry) },
    {
      name: 'ours as protobuf, both forms, every series changed',
      touch: touchShare(1),
      render: () => bytesOf(registry, 'protobuf'),
    },
    {
      name: 'ours as protobuf, native form',
      touch: touchShare(1, native.families),
      render: () => bytesOf(native.registry, 'protobuf'),
    },
    {
      name: 'ours through registry.metrics()',
      touch: touchShare(1),
      render: async () => (await registry.metrics()).length,
    },
  ];
}

function linesPerTool(): number {
  const { buckets = [] } = catalog.requestDuration;
  return buckets.length + 3 + OUTCOMES.length;
}

function fillOurs(
  tools: readonly string[],
  form?: HistogramForm,
): { families: Families; registry: Registry } {
  const families = createFamilies(form);
  const registry = new Registry();
  registerFamilies(Object.values(families), registry);
  for (const tool of tools) {
    const slot = families.requestDuration.slot('tools/call', tool);
    for (const value of LATENCIES) families.requestDuration.observe(slot, value);
    for (const outcome of OUTCOMES)
      families.requests.add(families.requests.slot('tools/call', tool, outcome), 1);
  }
  return { families, registry };
}

function fillPromClient(tools: readonly string[]): Registry {
  const registry = new Registry();
  const registers = [registry];
  const { requests, requestDuration } = catalog;
  const counter = new Counter({ ...requests, labelNames: [...requests.labels], registers });
  const histogram = new Histogram({
    name: requestDuration.name,
    help: requestDuration.help,
    labelNames: [...requestDuration.labels],
    buckets: [...(requestDuration.buckets ?? [])],
    registers,
  });
  for (const name of tools) {
    for (const value of LATENCIES) histogram.observe({ method: 'tools/call', name }, value);
    for (const outcome of OUTCOMES) counter.inc({ method: 'tools/call', name, outcome });
  }
  return registry;
}

async function bytesOf(registry: Registry, format: Format = 'text'): Promise<number> {
  let bytes = 0;
  for await (const chunk of expose(registry, format)) bytes += chunk.length;
  return bytes;
}

/** Measures the time of a rendering, and the longest time for which it blocked the event loop. */
async function measure(render: () => Promise<number>): Promise<{ ms: number; stall: number; bytes: number }> {
  let last = performance.now();
  let stall = 0;
  const tick = () => {
    const now = performance.now();
    stall = Math.max(stall, now - last);
    last = now;
    timer = setImmediate(tick);
  };
  let timer = setImmediate(tick);
  await yieldToLoop();
  stall = 0;
  const start = performance.now();
  last = start;
  const bytes = await render();
  const ms = performance.now() - start;
  await yieldToLoop();
  clearImmediate(timer);
  return { ms, stall, bytes };
}
