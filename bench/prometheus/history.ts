import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { catalog } from '@pmcp/observability/catalog';
import { recorded } from '../../alerts/slo/recording.js';
import { SLOS } from '../../alerts/slos.js';
import { process as node } from '../../dashboards/external.js';
import {
  instanceDurations,
  instanceQuantile,
  instanceRequests,
  QUANTILES,
  serverTaskSeconds,
  serverTasks,
  toolCalls,
} from '../../prometheus/recorded.js';
import { requireTool } from '../../scripts/tools/index.js';
import type { Growing } from './endpoint.js';
import { FAILING_SHARE, toolSeries } from './synthetic.js';

/** A block of Prometheus contains two hours. */
const BLOCK_SECONDS = 7_200;
/** What is sampled once an hour lies in blocks as Prometheus has compacted them. */
const COMPACTED = '54h';
const SCRAPED_SECONDS = 30;
const RECORDED_SECONDS = 60;
const DAYS_SECONDS = 120;
const HOUR_SECONDS = 3_600;
const MONTH_HOURS = 30 * 24;

export interface Past {
  readonly name: string;
  readonly labels: string;
  readonly step: number;
  /** How many hours of it are read, if not all. */
  readonly hours?: number;
  value(time: number): number;
}

/**
 * Writes the history that panels and long windows read: the recorded series and the gauges of every server,
 * and all series of one server's tools. The last two hours are left out, because Prometheus keeps them in
 * memory. What is recorded once an hour goes back a month, whatever `hours` says.
 */
export async function writeHistory(
  folder: string,
  shape: Shape,
  hours: number,
  progress: (text: string) => void,
): Promise<void> {
  await mkdir(join(folder, 'data'), { recursive: true });
  const end = Math.floor(Date.now() / 1_000 / BLOCK_SECONDS) * BLOCK_SECONDS;
  const first = end - hours * HOUR_SECONDS;
  const month: Span = { start: end - MONTH_HOURS * HOUR_SECONDS, end: first };
  const hourly = () => lines([...ofAll(shape)].filter(isHourly), month);
  await blocks(folder, join(folder, 'month.om'), hourly(), [`--max-block-duration=${COMPACTED}`]);
  // One block is written while the samples of the next are generated.
  let written = Promise.resolve();
  for (let start = first; start < end; start += BLOCK_SECONDS) {
    progress(`history: ${(start - first) / HOUR_SECONDS} of ${hours} hours`);
    const file = join(folder, `${start}.om`);
    const read = [...pastOf(shape)].filter(({ hours = MONTH_HOURS }) => start >= end - hours * HOUR_SECONDS);
    await samples(file, lines(read, { start, end: start + BLOCK_SECONDS }));
    await written;
    written = imported(folder, file, []);
  }
  await written;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const isHourly = ({ step }: Past) => step === HOUR_SECONDS;

async function blocks(folder: string, file: string, of: Generator<string>, flags: string[]): Promise<void> {
  await samples(file, of);
  await imported(folder, file, flags);
}

async function samples(file: string, of: Generator<string>): Promise<void> {
  await pipeline(Readable.from(of), createWriteStream(file));
}

async function imported(folder: string, file: string, flags: readonly string[]): Promise<void> {
  const { path } = await requireTool('promtool');
  const args = ['tsdb', 'create-blocks-from', '--quiet', ...flags, 'openmetrics', file, join(folder, 'data')];
  await promisify(execFile)(path, args);
  await rm(file, { force: true });
}

export interface Shape {
  readonly servers: number;
  readonly tools: number;
}

function* lines(pasts: Iterable<Past>, span: Span): Generator<string> {
  for (const [name, series] of byName(pasts)) {
    yield `# TYPE ${name} gauge\n`;
    for (const past of series) yield text(past, span);
  }
  yield '# EOF\n';
}

/** Groups series by name, since the format requires that all series of a metric follow each other. */
function byName(pasts: Iterable<Past>): Map<string, Past[]> {
  const families = new Map<string, Past[]>();
  for (const past of pasts) {
    const family = families.get(past.name);
    if (family) family.push(past);
    else families.set(past.name, [past]);
  }
  return families;
}

/** Returns all samples of a series as one string. One string for each sample would take minutes. */
function text({ name, labels, step, value }: Past, { start, end }: Span): string {
  let samples = '';
  for (let time = start; time < end; time += step) {
    samples += `${name}{${labels}} ${value(time)} ${time}\n`;
  }
  return samples;
}

function* pastOf(shape: Shape): Generator<Past> {
  yield* ofAll(shape);
  yield* ofOne(shape);
}

function* ofAll({ servers }: Shape): Generator<Past> {
  for (let server = 0; server < servers; server++) {
    const job = `namespace="ns-${server}",job="pmcp"`;
    yield* recordedOf(job, `${job},instance="server-${server}"`);
    yield* gaugesOf(`${job},instance="server-${server}"`);
  }
}

function* ofOne({ tools }: Shape): Generator<Past> {
  const job = 'namespace="ns-0",job="pmcp"';
  const instance = `${job},instance="server-0"`;
  yield* recordedOfTools(job, instance, tools);
  for (let tool = 0; tool < tools; tool++) yield* growing(instance, toolSeries(`tool_${tool}`));
}

export function* recordedOf(job: string, instance: string): Generator<Past> {
  const past = ({ name }: { name: string }, labels: string, value = wave): Past => ({
    name,
    labels,
    step: RECORDED_SECONDS,
    value,
  });
  for (const { name } of SLOS) yield* recordedOfSlo(`${job},slo="${name}"`);
  for (const outcome of ['ok', 'abandoned']) {
    yield past(serverTasks, `${job},outcome="${outcome}"`);
    yield past(serverTaskSeconds, `${job},outcome="${outcome}"`);
  }
  const calls = `${instance},method="tools/call"`;
  for (const outcome of ['ok', 'tool_error']) yield past(instanceRequests, `${calls},outcome="${outcome}"`);
  for (const fraction of QUANTILES) yield past(instanceQuantile(fraction), instance);
}

/** Yields what rules recorded for an objective, as far back as rules and panels read it. */
function* recordedOfSlo(labels: string): Generator<Past> {
  const bad = (time: number) => wave(time) * FAILING_SHARE;
  const counts: (readonly [{ name: string }, (time: number) => number, Pick<Past, 'step' | 'hours'>])[] = [
    [recorded.events, wave, { step: RECORDED_SECONDS, hours: 6 }],
    [recorded.errors, bad, { step: RECORDED_SECONDS, hours: 6 }],
    [recorded.eventCount('6h'), wave, { step: RECORDED_SECONDS }],
    [recorded.errorCount('6h'), bad, { step: RECORDED_SECONDS }],
    [recorded.eventCount('1d'), wave, { step: DAYS_SECONDS }],
    [recorded.errorCount('1d'), bad, { step: DAYS_SECONDS }],
    [recorded.eventsOfHours, wave, { step: HOUR_SECONDS }],
    [recorded.errorsOfHours, bad, { step: HOUR_SECONDS }],
    [recorded.budgetRemaining('30d'), wave, { step: DAYS_SECONDS }],
    [recorded.errorsAllowed('30d'), (time) => 1000 * wave(time), { step: DAYS_SECONDS }],
    ...['5m', '1h', '6h'].map((window) => ratio(window, RECORDED_SECONDS)),
    ...['1d', '3d'].map((window) => ratio(window, DAYS_SECONDS)),
  ];
  for (const [{ name }, value, read] of counts) yield { name, labels, value, ...read };

  function ratio(window: string, step: number) {
    return [recorded.errorRatio(window), bad, { step }] as const;
  }
}

/**
 * Yields what rules recorded for a server's tools: for each tool, and the duration of the calls of all tools.
 */
export function* recordedOfTools(job: string, instance: string, tools: number): Generator<Past> {
  const { buckets } = instanceDurations;
  const bounds = [...(catalog.requestDuration.buckets ?? []), '+Inf'];
  const step = RECORDED_SECONDS;
  for (const [index, le] of bounds.entries()) {
    const share = (index + 1) / bounds.length;
    const labels = `${instance},method="tools/call",le="${le}"`;
    yield { name: buckets.name, labels, step, value: (time) => share * (1 + wave(time)) };
  }
  for (let tool = 0; tool < tools; tool++) {
    yield { name: toolCalls.name, labels: `${job},name="tool_${tool}"`, step, value: wave };
  }
}

export function* gaugesOf(instance: string): Generator<Past> {
  const past = ({ name }: { name: string }, labels = ''): Past => ({
    name,
    labels: `${instance}${labels}`,
    step: SCRAPED_SECONDS,
    value: wave,
  });
  yield past(catalog.ready);
  yield past(catalog.buildInfo, ',server="synthetic",version="1.0.0",sdk="v2"');
  yield past(catalog.activeConnections, ',transport="streamable-http"');
  yield past(catalog.activeSubscriptions, ',kind="tools_list_changed"');
  yield past(catalog.operationsInProgress, ',kind="task"');
  yield past(node.eventLoopUtilization);
}

/** Yields counters that grow like those of a server. */
export function* growing(instance: string, series: readonly Growing[]): Generator<Past> {
  for (const { name, labels, share } of series) {
    const value = (time: number) => Math.floor((time % 1e6) * share);
    yield { name, labels: `${instance},${labels}`, step: SCRAPED_SECONDS, value };
  }
}

function wave(time: number): number {
  return (time % 600) / 600;
}
