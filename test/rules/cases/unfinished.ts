import { type Case, POD, POD2, SERVICE, type Series, series } from '../case.js';

const TASK = { ...POD, kind: 'task', method: 'tools/call', name: 'report' };
const ROUNDS = { ...POD, kind: 'rounds', method: 'tools/call', name: 'delete' };
const running = (count: string, pod = POD): Series => ({
  [series('pmcp_operations_in_progress', { ...pod, kind: 'task' })]: count,
});
const polled = (count: string): Series => ({
  [series('pmcp_requests_total', { ...POD2, method: 'tasks/get', name: '', outcome: 'ok' })]: count,
});
const ended = (labels: typeof TASK, outcome: string, count: string, seconds = 60): Series => ({
  [series('pmcp_operation_duration_seconds_count', { ...labels, outcome })]: count,
  [series('pmcp_operation_duration_seconds_sum', { ...labels, outcome })]: count.replace(
    /(\d+)(?:\+(\d+))?x/g,
    (_, start: string, step = '0') => `${Number(start) * seconds}+${Number(step) * seconds}x`,
  ),
});
const ready = (...pods: (typeof POD)[]): Series =>
  Object.fromEntries(pods.map((pod) => [series('pmcp_ready', pod), '1x300']));

const STUCK =
  '4 tasks of shop/pmcp are in progress, clients ask for them, and for an hour and a half not one has ended. Users wait for results that most likely do not come.';

/** Returns the questions in the server's results and the answers to them, from any pod. */
const questions = (asked: string, answered: string): Series => ({
  [series('pmcp_requests_total', {
    ...POD,
    method: 'tools/call',
    name: 'delete',
    outcome: 'input_required',
  })]: asked,
  [series('pmcp_server_requests_total', { ...POD2, method: 'elicitation/create', mode: '', outcome: 'ok' })]:
    answered,
});
const ABANDONED =
  'The tool delete of shop/pmcp asks its users for something, and in the last 2 hours at most 10% of them answered. The calls of the others were never finished; perhaps their clients do not show the question.';

export const unfinished: readonly Case[] = [
  {
    alert: 'PmcpTasksStuck',
    fires: [
      {
        series: { ...running('4x300'), ...polled('0+2x300'), ...ready(POD) },
        at: 61,
        labels: SERVICE,
        description: STUCK,
      },
      {
        // Tasks ended until the worker died.
        series: { ...running('4x300'), ...polled('0+2x300'), ...ended(TASK, 'ok', '0+1x60 60x240') },
        at: 149,
        labels: SERVICE,
        description: STUCK,
      },
      {
        // Clients wait for the result with one request.
        series: {
          ...running('2x300'),
          ...running('2x300', POD2),
          [series('pmcp_requests_in_flight', { ...POD, method: 'tasks/result' })]: '4x300',
          ...ready(POD, POD2),
        },
        at: 60,
        labels: SERVICE,
        description: STUCK,
      },
    ],
    quiet: [
      {
        why: 'one ends now and then',
        series: {
          ...running('4x300'),
          ...polled('0+2x300'),
          ...ended(TASK, 'tool_error', '0x20 1x25 2x25 3x25 4x25 5x25 6x25 7x25 8x25 9x25 10x25'),
        },
        at: 200,
      },
      { why: 'two may just take long', series: { ...running('2x300'), ...polled('0+2x300') }, at: 200 },
      { why: 'clients no longer poll them', series: running('40x300'), at: 200 },
      {
        why: 'tasks usually take two hours',
        series: { ...running('4x300'), ...polled('0+2x300'), ...ended(TASK, 'ok', '0x20 0+1x8 8x270', 7200) },
        at: 300,
      },
      {
        why: 'another pod than the one where a task began sees its end',
        series: {
          ...running('9x300'),
          ...polled('0+2x300'),
          ...ended(TASK, 'abandoned', '0+1x300', 3600),
          ...ready(POD, POD2),
        },
        at: 200,
      },
    ],
  },
  {
    alert: 'PmcpInputAbandoned',
    fires: [
      {
        series: { ...ended(ROUNDS, 'abandoned', '0+9x60'), ...ended(ROUNDS, 'ok', '0+1x60'), ...ready(POD) },
        at: 12,
        labels: { ...SERVICE, name: 'delete' },
        description: ABANDONED,
      },
      {
        // On two pods, each of which gets at most one answer in ten.
        series: {
          ...ended(ROUNDS, 'abandoned', '0+9x60'),
          ...ended(ROUNDS, 'ok', '0+1x60'),
          ...questions('0+10x60', '0+1x60'),
          ...ready(POD, POD2),
        },
        at: 12,
        labels: { ...SERVICE, name: 'delete' },
        description: ABANDONED,
      },
    ],
    quiet: [
      {
        why: 'a third of them answers',
        series: { ...ended(ROUNDS, 'abandoned', '0+2x60'), ...ended(ROUNDS, 'ok', '0+1x60'), ...ready(POD) },
        at: 60,
      },
      {
        why: 'their answers arrive at any of three pods',
        series: {
          ...ended(ROUNDS, 'abandoned', '0+8x60'),
          ...ended(ROUNDS, 'ok', '0+1x60'),
          ...questions('0+12x60', '0+12x60'),
          ...ready(POD, POD2, { ...POD, instance: '10.0.0.3:9090', pod: 'notes-3' }),
        },
        at: 60,
      },
      {
        // Three rounds on five pods: one call in 25 stays on the pod where it began.
        why: 'calls of several rounds move between pods',
        series: {
          ...ended(ROUNDS, 'abandoned', '0+24x60'),
          ...ended(ROUNDS, 'ok', '0+1x60'),
          ...questions('0+50x60', '0+50x60'),
          ...ready(
            ...[1, 2, 3, 4, 5].map((i) => ({ ...POD, instance: `10.0.0.${i}:9090`, pod: `notes-${i}` })),
          ),
        },
        at: 60,
      },
      {
        why: 'a few do not answer',
        series: { ...ended(ROUNDS, 'abandoned', '0 1x3 2x3 3x50'), ...ready(POD) },
        at: 60,
      },
    ],
  },
];
