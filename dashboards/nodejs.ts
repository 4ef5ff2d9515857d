import { catalog } from '@pmcp/observability/catalog';
import { runtime } from '../alerts/external.js';
import { DEFAULT_THRESHOLDS } from '../alerts/thresholds.js';
import { avg, type Gauge, max, min, quantile, rate, select, sumOf, time } from '../prometheus/promql.js';
import { BAD } from './colours.js';
import { type Dashboard, dashboard } from './dashboard.js';
import { process } from './external.js';
import { line, section } from './layout.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, query, RATE } from './query.js';
import { SERVERS } from './targets.js';

export function nodejs(): Dashboard {
  return dashboard({
    uid: 'pmcp-nodejs',
    description: 'Does the process itself hold anything up?',
    targets: SERVERS,
    sections: [
      section('Event loop and CPU', line(7, utilization(), lag(), cpu())),
      section('Memory', line(7, heap(), spaces(), collections())),
      section('Process', line(7, files(), handles(), uptime())),
      section('Health', line(7, healthy(), checks())),
    ],
  });
}

function perInstance(of: Gauge<readonly []>) {
  return max(of, { by: ['instance'], where: chosen() });
}

function utilization() {
  return timeseries({
    title: 'Event loop utilisation',
    description:
      'The share of time that the event loop works. Near 100 % every request waits for others: add replicas, or move work to a worker.',
    unit: 'percentunit',
    max: 1,
    queries: [query(perInstance(process.eventLoopUtilization), '{{instance}}')],
    steps: [[0.8, BAD]],
  });
}

function lag() {
  return timeseries({
    title: 'Event loop lag (p99)',
    description:
      'How late the event loop comes to its work. Peaks above 200 ms are code that blocks: take a CPU profile while it happens.',
    unit: 's',
    queries: [query(perInstance(runtime.eventLoopLag), '{{instance}}')],
    steps: [[DEFAULT_THRESHOLDS.eventLoopSeconds, BAD]],
  });
}

function cpu() {
  const of = { ...RATE, by: ['instance'], where: chosen() } as const;
  return timeseries({
    title: 'CPU',
    description:
      'Cores in use by each instance. Node.js runs JavaScript on one: at 1 there is no more to get from a bigger machine.',
    unit: 'short',
    decimals: 2,
    queries: [query(rate(process.cpuUser, of).plus(rate(process.cpuSystem, of)), '{{instance}}')],
  });
}

function heap() {
  return timeseries({
    title: 'Memory of the process',
    description:
      'Memory of the instance that has most, and the part of it that JavaScript uses. Used heap that never falls back is a leak: take heap snapshots.',
    unit: 'bytes',
    queries: [
      query(max(process.residentMemory, { where: chosen() }), 'resident'),
      query(max(process.heapTotal, { where: chosen() }), 'heap'),
      query(max(runtime.heapUsed, { where: chosen() }), 'heap used'),
      query(max(runtime.heapLimit, { where: chosen() }), 'heap limit'),
      query(max(process.externalMemory, { where: chosen() }), 'buffers'),
    ],
  });
}

function spaces() {
  return timeseries({
    title: 'Heap by space',
    description:
      'Where an instance uses its heap, on average. The old space holds what lives long; when it only grows, something keeps references that it no longer needs.',
    unit: 'bytes',
    stacked: true,
    queries: [query(avg(process.heapSpaceUsed, { by: ['space'], where: chosen() }), '{{space}}')],
  });
}

function collections() {
  const each = rate(sumOf(runtime.garbageCollection), { ...RATE, by: ['instance', 'kind'], where: chosen() });
  return timeseries({
    title: 'Garbage collection',
    description:
      'The share of its time that the worst instance spends looking for memory, by kind. Above 10 % the heap is too small, or too much is made and thrown away.',
    unit: 'percentunit',
    queries: [query(max(each, { by: ['kind'] }), '{{kind}}')],
    steps: [[0.1, BAD]],
  });
}

function files() {
  return timeseries({
    title: 'Open files',
    description:
      'The share of the file descriptors that may be open which are. At 100 % no connection is accepted any more: raise the limit, or find the leak.',
    unit: 'percentunit',
    max: 1,
    queries: [
      query(
        max(
          select(runtime.openFiles, { where: chosen() }).dividedBy(
            select(runtime.maxFiles, { where: chosen() }),
          ),
          { by: ['instance'] },
        ),
        '{{instance}}',
      ),
    ],
    steps: [[0.8, BAD]],
  });
}

function handles() {
  return timeseries({
    title: 'Active resources',
    description:
      'What keeps a process alive: sockets, timers, requests, of the instance that has most. A type that only grows is not being closed; its name says where to look.',
    unit: 'short',
    queries: [query(max(process.activeResources, { by: ['type'], where: chosen() }), '{{type}}')],
  });
}

function uptime() {
  return timeseries({
    title: 'Uptime',
    description:
      'How long ago each process started. A saw-tooth is a process that dies again and again: its last log lines and exit code say why.',
    unit: 'dtdurations',
    queries: [
      query(time().minus(min(runtime.startTime, { by: ['instance'], where: chosen() })), '{{instance}}'),
    ],
  });
}

function healthy() {
  return timeseries({
    title: 'Health checks that pass',
    description:
      'The worst result of each health check among the instances: 1 passes, 0 fails. The one that fails says why an instance is not ready.',
    unit: 'short',
    max: 1,
    queries: [query(min(catalog.healthCheckUp, { by: ['check'], where: chosen() }), '{{check}}')],
  });
}

function checks() {
  return timeseries({
    title: 'Health checks (p95)',
    description:
      'How long health checks take. A slow check of a dependency is a slow dependency: look at it before the check runs into its timeout.',
    unit: 's',
    queries: [
      query(
        quantile(0.95, catalog.healthCheckDuration, { ...RATE, by: ['check'], where: chosen() }),
        '{{check}}',
      ),
    ],
  });
}
