import { catalog } from '@pmcp/observability/catalog';
import { runtime } from '../../../alerts/external.js';
import { process as more } from '../../../dashboards/external.js';
import { between, busy, DEPLOYED, START, severity } from './chapters.js';
import type { Recorder } from './recorder.js';
import { type Server, versionOf } from './servers.js';

const MIB = 2 ** 20;
const DAY = 86_400;

/** Records the process of a server: its versions, its resources, and its own metrics. */
export function process(recorder: Recorder, server: Server): void {
  const trouble = (time: number) => (server.troubled ? severity(time) : 0);
  const versions = server.troubled ? ['1.4.2', '1.5.0', '1.5.1'] : ['1.4.2'];
  for (const version of versions) {
    const labels = { server: server.labels.job, version, sdk: 'v2' };
    recorder.gauge(catalog.buildInfo, labels, (time) =>
      versionOf(server, time) === version ? 1 : undefined,
    );
  }
  for (const [fingerprint, version] of [
    ['9f3a61c2', false],
    ['c07be1d4', true],
  ] as const) {
    const shown = (time: number) => (versionOf(server, time) !== '1.4.2') === version;
    recorder.gauge(catalog.toolDefinitions, { fingerprint }, (time) => (shown(time) ? 1 : undefined));
  }
  const sick = (time: number) => trouble(time) > 0.9 && server.labels.pod.endsWith('3');
  recorder.gauge(catalog.ready, {}, (time) => (sick(time) ? 0 : 1));
  for (const [check, fails] of [
    ['postgres', true],
    ['redis', false],
    ['disk', false],
  ] as const) {
    recorder.gauge(catalog.healthCheckUp, { check }, (time) => (fails && sick(time) ? 0 : 1));
    if (!server.rich) continue;
    recorder.histogram(catalog.healthCheckDuration, { check }, (time) => ({
      rate: 0.1,
      median: fails ? 0.004 * between(1, 150, trouble(time)) : 0.002,
      spread: 0.4,
    }));
  }
  load(recorder, server, trouble);
  telemetry(recorder, server, trouble);
}

function load(recorder: Recorder, server: Server, trouble: (time: number) => number): void {
  const started = (time: number) =>
    server.restarts.findLast((restart) => restart <= time) ?? server.born ?? START - 3 * DAY;
  recorder.gauge(runtime.startTime, {}, started);
  recorder.gauge(
    more.eventLoopUtilization,
    {},
    (time) => Math.min(0.97, (server.load / 80) * busy(time) * between(1, 4, trouble(time))),
    0.1,
  );
  recorder.gauge(runtime.eventLoopLag, {}, (time) => 0.011 * between(1, 30, trouble(time)), 0.3);
  recorder.counter(
    more.cpuUser,
    {},
    (time) => (server.load / 90) * busy(time) * between(1, 3.4, trouble(time)),
  );
  recorder.counter(more.cpuSystem, {}, (time) => (server.load / 600) * busy(time));
  const grown = (time: number) =>
    MIB * (90 + Math.max(0, time - Math.max(started(time), DEPLOYED)) * (server.troubled ? 0.02 : 0));
  recorder.gauge(more.residentMemory, {}, (time) => grown(time) * 2.6, 0.02);
  recorder.gauge(more.heapTotal, {}, (time) => grown(time) * 1.3, 0.01);
  recorder.gauge(runtime.heapUsed, {}, grown, 0.15);
  recorder.gauge(runtime.heapLimit, {}, () => 4096 * MIB);
  recorder.gauge(more.externalMemory, {}, () => 14 * MIB, 0.1);
  recorder.gauge(runtime.openFiles, {}, (time) => Math.round(60 + server.load * 4 * busy(time)));
  recorder.gauge(runtime.maxFiles, {}, () => 1024);
  if (!server.rich) return;
  for (const [space, share] of [
    ['old', 0.6],
    ['new', 0.12],
    ['code', 0.08],
    ['large_object', 0.1],
    ['shared', 0.04],
    ['trusted', 0.06],
  ] as const) {
    recorder.gauge(more.heapSpaceUsed, { space }, (time) => grown(time) * share, 0.1);
  }
  for (const [kind, share] of [
    ['minor', 0.004],
    ['major', 0.002],
    ['incremental', 0.001],
  ] as const) {
    recorder.histogram({ name: runtime.garbageCollection.name }, { kind }, (time) => ({
      rate: 1,
      median: share * between(1, 9, trouble(time)),
      spread: 0.3,
    }));
  }
  for (const [type, count] of [
    ['TCPSocketWrap', 48],
    ['Timeout', 12],
    ['TCPServerWrap', 2],
    ['PipeWrap', 3],
  ] as const) {
    recorder.gauge(more.activeResources, { type }, (time) => Math.round(count * busy(time)));
  }
}

function telemetry(recorder: Recorder, server: Server, trouble: (time: number) => number): void {
  for (const [level, usual, worst] of [
    ['info', 1, 0.7],
    ['warn', 0.01, 0.3],
    ['error', 0.001, 0.25],
  ] as const) {
    recorder.counter(
      catalog.logMessages,
      { level },
      (time) => server.load * between(usual, worst, trouble(time)),
    );
  }
  if (!server.rich) return;
  for (const [signal, share] of [
    ['traces', 1],
    ['logs', 1.1],
    ['metrics', 0.4],
    ['audit', 0.9],
  ] as const) {
    recorder.counter(catalog.telemetryExported, { signal }, () => server.load * share);
  }
  recorder.counter(catalog.telemetryDropped, { signal: 'audit', reason: 'disk_full' }, () => 0);
  for (const [reason, rate] of [
    ['missing', 0.02],
    ['wrong', 0.004],
  ] as const) {
    recorder.counter(catalog.adminRefused, { reason }, () => rate);
  }
  recorder.counter(
    catalog.telemetryDropped,
    { signal: 'traces', reason: 'queue_full' },
    (time) => trouble(time) * 3,
  );
  recorder.counter(catalog.labelOverflow, { label: 'client' }, () => 0.002);
}
