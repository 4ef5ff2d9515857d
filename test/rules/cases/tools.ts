import { type Case, call, POD, SERVICE, series } from '../case.js';

const SEARCH = { ...POD, method: 'tools/call', name: 'search' };
const durations = (quick: string, all: string) => ({
  [series('pmcp_request_duration_seconds_bucket', { ...SEARCH, le: '10' })]: quick,
  [series('pmcp_request_duration_seconds_bucket', { ...SEARCH, le: '+Inf' })]: all,
  [call('search', 'ok')]: all,
});

export const tools: readonly Case[] = [
  {
    alert: 'PmcpToolErrors',
    fires: [
      {
        series: { [call('search', 'ok')]: '0+7x20', [call('search', 'tool_error')]: '0+3x20' },
        at: 7,
        labels: { ...SERVICE, name: 'search' },
        description:
          '30% of the calls of the tool search of shop/pmcp failed in the last 10 minutes. Models that use it get errors instead of answers.',
      },
      {
        // Each call became a task at once, which is not a success yet.
        series: {
          [call('search', 'task')]: '0+10x20',
          [call('search', 'ok')]: '0+7x20',
          [call('search', 'tool_error')]: '0+3x20',
        },
        at: 7,
        labels: { ...SERVICE, name: 'search' },
        description:
          '30% of the calls of the tool search of shop/pmcp failed in the last 10 minutes. Models that use it get errors instead of answers.',
      },
    ],
    quiet: [
      {
        why: '19 % fail',
        series: { [call('search', 'ok')]: '0+81x20', [call('search', 'tool_error')]: '0+19x20' },
        at: 20,
      },
      {
        why: 'one call in ten fails of those that end; the others ask their user first',
        series: {
          [call('search', 'ok')]: '0+90x20',
          [call('search', 'input_required')]: '0+900x20',
          [call('search', 'tool_error')]: '0+10x20',
        },
        at: 20,
      },
      { why: 'four failures are too few', series: { [call('search', 'tool_error')]: '0+1x4 4x20' }, at: 20 },
      {
        why: 'a restart resets the counters',
        series: { [call('search', 'ok')]: '0+100x9 0+100x20', [call('search', 'tool_error')]: '50x9 0x20' },
        at: 20,
      },
    ],
  },
  {
    alert: 'PmcpToolSlow',
    fires: [
      {
        series: durations('0+94x20', '0+100x20'),
        at: 11,
        labels: { ...SERVICE, name: 'search' },
        description:
          '6% of the calls of the tool search of shop/pmcp in the last 10 minutes took longer than 10 s. Users wait for their model, and clients may give up.',
      },
    ],
    quiet: [
      {
        why: '96 of 100 calls take less than 10 s',
        series: durations('0+96x20', '0+100x20'),
        at: 20,
      },
      {
        why: 'a tool is rarely used, and slow each time',
        series: durations('0x40', '0x10 1x3 2x3 3x3 4x30'),
        at: 40,
      },
    ],
  },
];
