import { catalog } from '@pmcp/observability/catalog';
import { runtime } from '../alerts/external.js';
import { DEFAULT_THRESHOLDS } from '../alerts/thresholds.js';
import {
  avg,
  changes,
  type Expression,
  type Gauge,
  max,
  min,
  quantile,
  rate,
  select,
  sum,
  sumOf,
  time,
} from '../prometheus/promql.js';
import {
  BAD,
  COLLECTION_COLOURS,
  GOOD,
  MEMORY_COLOURS,
  RANK_COLOURS,
  SPACE_COLOURS,
  WARN,
} from './colours.js';
import type { Definition } from './dashboard.js';
import { process } from './external.js';
import { line, section, shared } from './layout.js';
import { linkTo } from './links.js';
import { ranking } from './panels/ranking.js';
import { states } from './panels/states.js';
import { table } from './panels/table.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, now, query, RATE, spread } from './query.js';

const BUSY = [
  [0.6, WARN],
  [0.8, BAD],
] as const;
const NO_PROCESS = 'No Node.js process is watched';
const LATE = [[DEFAULT_THRESHOLDS.eventLoopSeconds, BAD]] as const;

export function nodejs(): Definition {
  return {
    uid: 'pmcp-nodejs',
    description: 'Does the process itself slow anything down?',
    sections: [
      section('Instances, busiest first', line(8, instances())),
      section('Event loop and CPU', line(7, utilization(), lag(), cpu())),
      section('Memory', shared(7, [7, full()], [8, parts()], [9, spaces()])),
      section('Process', line(7, collections(), restarts(), handles())),
      section('Health', line(7, healthy(), checks())),
    ],
  };
}

function perInstance(of: Gauge<readonly []>) {
  return max(of, { by: ['instance'], where: chosen() });
}

function shareOf(part: Gauge<readonly []>, whole: Gauge<readonly []>): Expression<'instance'> {
  const of = { where: chosen() };
  return max(select(part, of).dividedBy(select(whole, of)), { by: ['instance'] });
}

/** Returns how many cores each instance uses. JavaScript runs on one. */
function cores(): Expression<'instance'> {
  const of = { ...RATE, by: ['instance'], where: chosen() } as const;
  return rate(process.cpuUser, of).plus(rate(process.cpuSystem, of));
}

function instances() {
  const started = min(runtime.startTime, { by: ['instance'], where: chosen() });
  return table({
    title: 'Instances',
    description:
      'Every process, and the resources that it may run out of. Look first at a process that differs much from the others: click it to see it alone. If only one process started recently, it crashed before: its last log lines say why.',
    rows: { instance: 'Instance' },
    columns: [
      {
        query: now(perInstance(process.eventLoopUtilization), 'Event loop'),
        unit: 'percentunit',
        decimals: 0,
        steps: BUSY,
      },
      { query: now(perInstance(runtime.eventLoopLag), 'Lag (p99)'), unit: 's', steps: LATE },
      { query: now(cores(), 'CPU of a core'), unit: 'percentunit', decimals: 0 },
      { query: now(perInstance(process.residentMemory), 'Memory'), unit: 'bytes' },
      {
        query: now(shareOf(runtime.heapUsed, runtime.heapLimit), 'Heap'),
        unit: 'percentunit',
        decimals: 0,
        steps: BUSY,
      },
      {
        query: now(shareOf(runtime.openFiles, runtime.maxFiles), 'Files'),
        unit: 'percentunit',
        decimals: 0,
        steps: BUSY,
      },
      { query: now(time().minus(started), 'Runs for'), unit: 'dtdurations' },
    ],
    width: 120,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
    links: { Instance: linkTo('pmcp-nodejs', '&var-instance=${__value.raw}') },
    noValue: 'No instance is watched',
  });
}

function utilization() {
  return timeseries({
    title: 'Event loop utilisation',
    description:
      'The share of time that the event loop works. Near 100 % requests wait for each other: add replicas, or move work to a worker.',
    unit: 'percentunit',
    max: 1,
    queries: spread(perInstance(process.eventLoopUtilization)),
    colours: RANK_COLOURS,
    steps: [[0.8, BAD]],
    noValue: NO_PROCESS,
  });
}

function lag() {
  return timeseries({
    title: 'Event loop lag (p99)',
    description:
      'How late the event loop runs its callbacks. Peaks above 200 ms come from code that blocks: take a CPU profile while it happens.',
    unit: 's',
    queries: spread(perInstance(runtime.eventLoopLag)),
    colours: RANK_COLOURS,
    steps: LATE,
    noValue: NO_PROCESS,
  });
}

function cpu() {
  return timeseries({
    title: 'CPU, of one core',
    description:
      'How much of one core each instance uses. Node.js runs JavaScript on one core: at 100 % a bigger machine does not help.',
    unit: 'percentunit',
    queries: spread(cores()),
    colours: RANK_COLOURS,
    noValue: NO_PROCESS,
  });
}

function full() {
  return timeseries({
    title: 'Heap against its limit',
    description:
      'Used heap, as a share of the limit of V8. At 100 % the process ends: raise the limit, or find the leak with heap snapshots.',
    unit: 'percentunit',
    queries: spread(shareOf(runtime.heapUsed, runtime.heapLimit)),
    colours: RANK_COLOURS,
    steps: [[DEFAULT_THRESHOLDS.heapShare, BAD]],
    noValue: NO_PROCESS,
  });
}

function parts() {
  return timeseries({
    title: 'Memory of the process',
    description:
      'Memory of the instance with the most memory, and the part that JavaScript uses. If the used heap never falls, there is a leak: take heap snapshots.',
    unit: 'bytes',
    queries: [
      query(max(process.residentMemory, { where: chosen() }), 'resident'),
      query(max(process.heapTotal, { where: chosen() }), 'heap'),
      query(max(runtime.heapUsed, { where: chosen() }), 'heap used'),
      query(max(process.externalMemory, { where: chosen() }), 'buffers'),
    ],
    colours: MEMORY_COLOURS,
    noValue: NO_PROCESS,
  });
}

function spaces() {
  return timeseries({
    title: 'Heap by space',
    description:
      'The parts of the heap of an average instance. The old space holds objects that live long. If it only grows, something keeps references that it no longer needs.',
    unit: 'bytes',
    stacked: true,
    queries: [query(avg(process.heapSpaceUsed, { by: ['space'], where: chosen() }), '{{space}}')],
    colours: SPACE_COLOURS,
    noValue: NO_PROCESS,
  });
}

function collections() {
  const each = rate(sumOf(runtime.garbageCollection), { ...RATE, by: ['instance', 'kind'], where: chosen() });
  return timeseries({
    title: 'Garbage collection',
    description:
      'The share of time that the worst instance spends on garbage collection, by kind. Above 10 % the heap is too small, or the code creates too many short-lived objects.',
    unit: 'percentunit',
    queries: [query(max(each, { by: ['kind'] }), '{{kind}}')],
    colours: COLLECTION_COLOURS,
    steps: [[0.1, BAD]],
    noValue: NO_PROCESS,
  });
}

function restarts() {
  return timeseries({
    title: 'Processes that started',
    description:
      'Starts of processes. Many at once are a deployment. If the same one starts again and again, it crashes: its last log lines and its exit code say why.',
    unit: 'short',
    decimals: 0,
    bars: true,
    queries: [
      query(sum(changes(runtime.startTime, { window: '$__rate_interval', where: chosen() })), 'started'),
    ],
    colours: { started: WARN },
    noValue: NO_PROCESS,
  });
}

function handles() {
  return ranking({
    title: 'Active resources',
    description:
      'Open resources of the instance that has the most: sockets, timers, requests. If a type only grows, the code does not close it: its name says where to look.',
    unit: 'locale',
    rows: { type: 'Type' },
    head: 'Now',
    of: max(process.activeResources, { by: ['type'], where: chosen() }),
    noValue: NO_PROCESS,
  });
}

function healthy() {
  return states({
    title: 'Health checks',
    description:
      'The worst result of each health check over all instances. A failed check says why an instance is not ready.',
    queries: [query(min(catalog.healthCheckUp, { by: ['check'], where: chosen() }), '{{check}}')],
    states: { 0: { text: 'fails', colour: BAD }, 1: { text: 'passes', colour: GOOD } },
    noValue: 'There is no health check',
  });
}

function checks() {
  return ranking({
    title: 'Time of health checks (p95)',
    description:
      'How long health checks take. A slow check means that a dependency is slow: look at it before the check reaches its timeout.',
    unit: 's',
    rows: { check: 'Check' },
    head: 'p95',
    of: quantile(0.95, catalog.healthCheckDuration, { ...RATE, by: ['check'], where: chosen() }),
    noValue: 'There is no health check',
  });
}
