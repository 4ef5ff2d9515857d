import { catalog } from '@pmcp/observability/catalog';
import { between, busy, severity } from './chapters.js';
import type { Recorder } from './recorder.js';
import type { Server } from './servers.js';

/**
 * Records features that few servers use: subscriptions, questions to users, tasks, calls with several rounds.
 */
export function rich(recorder: Recorder, { load }: Server): void {
  const few = (share: number) => (time: number) => load * share * busy(time);
  const worse = (usual: number, worst: number) => (time: number) =>
    Math.round(between(usual, worst, severity(time)));
  for (const [kind, open] of [
    ['resources_updated', 9],
    ['tools_list_changed', 4],
    ['session', 14],
  ] as const) {
    recorder.gauge(catalog.activeSubscriptions, { kind }, () => open, 0.2);
    recorder.gauge(catalog.silentSubscriptions, { kind }, () => open / 3, 0.2);
    recorder.counter(catalog.subscriptionNotifications, { kind }, few(0.05));
    recorder.histogram(catalog.subscriptionDuration, { kind }, (time) => ({
      rate: few(0.003)(time),
      median: 600,
      spread: 1,
    }));
  }
  recorder.gauge(catalog.subscriptionsLimit, {}, () => 50);
  questions(recorder, few);
  for (const [kind, open] of [
    ['task', 3],
    ['rounds', 2],
  ] as const) {
    recorder.gauge(catalog.operationsInProgress, { kind }, worse(open, open * 4), 0.2);
    for (const [outcome, share] of [
      ['ok', 0.01],
      ['tool_error', 0.001],
      ['abandoned', 0.002],
    ] as const) {
      const labels = { kind, method: 'tools/call', name: 'export_notebook_as_archive', outcome };
      recorder.histogram(catalog.operationDuration, labels, (time) => ({
        rate: few(share)(time),
        median: 40,
        spread: 0.8,
      }));
    }
  }
  recorder.counter(catalog.requests, { method: 'tasks/get', name: '', outcome: 'ok' }, few(0.05));
  recorder.counter(catalog.requests, { method: 'tasks/result', name: '', outcome: 'ok' }, few(0.01));
  recorder.gauge(catalog.requestsWaiting, { method: 'tools/call' }, worse(1, 2), 0.3);
  for (const [direction, method, share] of [
    ['received', 'notifications/initialized', 0.02],
    ['received', 'notifications/cancelled', 0.003],
    ['sent', 'notifications/progress', 0.3],
    ['sent', 'notifications/resources/updated', 0.06],
  ] as const) {
    recorder.counter(catalog.notifications, { direction, method }, few(share));
  }
}

function questions(recorder: Recorder, few: (share: number) => (time: number) => number): void {
  for (const [method, mode, outcome, share] of [
    ['elicitation/create', 'form', 'ok', 0.01],
    ['elicitation/create', 'form', 'declined', 0.002],
    ['elicitation/create', 'url', 'dismissed', 0.001],
    ['sampling/createMessage', '', 'ok', 0.02],
    ['sampling/createMessage', '', 'client_error', 0.001],
  ] as const) {
    recorder.counter(catalog.serverRequests, { method, mode, outcome }, few(share));
  }
  for (const [method, mode, median] of [
    ['elicitation/create', 'form', 14],
    ['sampling/createMessage', '', 3],
  ] as const) {
    recorder.histogram(catalog.serverRequestDuration, { method, mode }, (time) => ({
      rate: few(0.01)(time),
      median,
      spread: 0.6,
    }));
  }
}
