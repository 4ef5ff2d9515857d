import { catalog } from '@pmcp/observability/catalog';
import { between, busy, severity } from './chapters.js';
import type { Observations, Recorder } from './recorder.js';
import { CULPRIT, type Server, type Tool } from './servers.js';

/** The shares of all requests. */
const OTHER_METHODS = { initialize: 0.02, 'tools/list': 0.06, ping: 0.07, 'resources/read': 0.03 } as const;
const CALLS = 0.78;
const PROMPTS = 0.02;
const NONE = { method: 'tools/call', name: '' };

/** How calls of a tool end: the share of calls, usually and at the worst time. */
const OUTCOMES: readonly { outcome: string; type?: string; usual: number; worst: number }[] = [
  { outcome: 'ok', usual: 0.985, worst: 0.4 },
  { outcome: 'tool_error', type: 'tool_error', usual: 0.006, worst: 0.25 },
  { outcome: 'server_error', type: '-32603', usual: 0.0002, worst: 0.3 },
  { outcome: 'client_error', type: '-32602', usual: 0.006, worst: 0.006 },
  { outcome: 'cancelled', type: 'cancelled', usual: 0.0028, worst: 0.044 },
];

/** Records the clients' requests, how they end and how long they take. */
export function requests(recorder: Recorder, server: Server): void {
  const { load, tools, rich } = server;
  const trouble = (time: number) => (server.troubled ? severity(time) : 0);
  const rate = (share: number) => (time: number) =>
    load * share * busy(time) * between(1, 0.8, trouble(time));
  for (const tool of tools) calls(recorder, tool, rate(CALLS * tool.share), trouble);
  recorder.gauge(
    catalog.requestsInFlight,
    { method: 'tools/call' },
    (time) => Math.round(between(2, 31, trouble(time))),
    0.3,
  );
  if (!rich) return;
  for (const [method, share] of Object.entries(OTHER_METHODS)) {
    const labels = { method, name: '' };
    recorder.counter(catalog.requests, { ...labels, outcome: 'ok' }, rate(share));
    recorder.histogram(catalog.requestDuration, labels, (time) => lasting(rate(share)(time), 0.003, 0.5));
  }
  const prompt = { method: 'prompts/get', name: 'weekly_review' };
  recorder.counter(catalog.requests, { ...prompt, outcome: 'ok' }, rate(PROMPTS));
  recorder.histogram(catalog.requestDuration, prompt, (time) => lasting(rate(PROMPTS)(time), 0.008, 0.6));
  recorder.counter(catalog.requests, { ...NONE, name: '_other', outcome: 'client_error' }, rate(0.003));
  recorder.counter(catalog.requests, { ...NONE, name: '_other', outcome: 'ok' }, rate(0.001));
  recorder.counter(catalog.errors, { ...NONE, name: '_other', type: '-32602' }, rate(0.003));
}

function calls(
  recorder: Recorder,
  tool: Tool,
  rate: (time: number) => number,
  trouble: (time: number) => number,
): void {
  const { name, median } = tool;
  const labels = { method: 'tools/call', name };
  const mine = (time: number) => trouble(time) * (name === CULPRIT ? 1 : 0.12);
  for (const { outcome, type, usual, worst } of OUTCOMES) {
    const share = (time: number) => rate(time) * between(usual, worst, mine(time));
    recorder.counter(catalog.requests, { ...labels, outcome }, share);
    if (type) recorder.counter(catalog.errors, { ...labels, type }, share);
  }
  recorder.histogram(catalog.requestDuration, labels, (time) =>
    lasting(rate(time), median * between(1, 45, mine(time)), between(0.55, 0.9, mine(time))),
  );
  for (const [metric, size] of [
    [catalog.requestSize, 700],
    [catalog.responseSize, 9_000 * (1 + median)],
  ] as const) {
    const sized = { name: metric.name };
    recorder.histogram(sized, labels, (time) => ({ rate: rate(time), median: size, spread: 0.8 }));
  }
}

function lasting(rate: number, median: number, spread: number): Observations {
  return { rate, median, spread };
}
