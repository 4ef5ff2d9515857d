import { series } from '../case.js';
import { type Calm, life, pod, wanted } from './life.js';

const NIGHT = 3 * 60;

/** Minute 180 is 3 o'clock, and 2 o'clock again; backups run at 2:30 and take 20 minutes. */
const clocks = { back: 180, last: 150 + 20 - 24 * 60 };
const since = (minute: number) => minute * 60;

/** The time of the last successful nightly backup. */
export const BACKUP = series('pmcp_job_last_success_timestamp_seconds', { job_name: 'backup' });

/** Users and jobs come and go without a fault. */
export const usage: readonly Calm[] = [
  {
    what: 'a preview never gets a request',
    series: life(pod('notes', 1), { from: 3, minutes: 300, starts: 6, requests: '0x299' }),
    minutes: 280,
  },
  {
    what: 'a job sends requests all night, and then nothing does',
    series: {
      ...life(pod('notes', 1), {
        from: 0,
        minutes: 400,
        requests: `0x60 0+600x${NIGHT} ${600 * NIGHT}x200`,
      }),
      ...life(pod('notes', 2), {
        from: 0,
        minutes: 400,
        requests: `0x60 0+550x${NIGHT} ${550 * NIGHT}x200`,
      }),
    },
    minutes: 380,
  },
  {
    what: 'a server is used twice in a while, and its tool is slow and sometimes fails',
    series: {
      ...life(pod('notes', 1), { from: 0, minutes: 360, requests: '0x20 2x20 5x200 7x30 9x100' }),
      [series('pmcp_requests_total', {
        namespace: 'shop',
        job: 'pmcp',
        app_kubernetes_io_name: 'notes',
        instance: '10.0.0.1:9090',
        pod: pod('notes', 1).name,
        method: 'tools/call',
        name: 'search',
        outcome: 'tool_error',
      })]: '0x25 1x200 2x140',
      ...wanted({ notes: '1x360' }),
    },
    minutes: 340,
  },
  {
    what: 'users think before they confirm, and clients wait for tasks of 40 minutes',
    series: {
      ...life(pod('notes', 1), { from: 0, minutes: 150 }),
      ...Object.fromEntries(
        Object.entries({
          'pmcp_requests_total{name="delete",method="tools/call",outcome="input_required"': '0+12x150',
          'pmcp_requests_total{name="delete",method="tools/call",outcome="ok"': '0+12x150',
          'pmcp_requests_total{name="report",method="tools/call",outcome="task"': '0+1x150',
          'pmcp_requests_total{name="report",method="tools/call",outcome="ok"': '0x40 0+1x110',
          'pmcp_requests_total{name="",method="tasks/result",outcome="ok"': '0x40 0+1x110',
          'pmcp_requests_in_flight{method="tasks/result"': '40x150',
          'pmcp_requests_in_flight{method="prompts/get"': '2x150',
          'pmcp_requests_waiting{method="prompts/get"': '2x150',
          'pmcp_operations_in_progress{kind="task"': '40x150',
          'pmcp_operations_in_progress{kind="rounds"': '6x150',
          'pmcp_operation_duration_seconds_count{kind="rounds",method="tools/call",name="delete",outcome="ok"':
            '0+12x150',
          'pmcp_operation_duration_seconds_count{kind="task",method="tools/call",name="report",outcome="ok"':
            '0x40 0+1x110',
          'pmcp_request_duration_seconds_bucket{method="tasks/result",name="",le="5"': '0x150',
          'pmcp_request_duration_seconds_bucket{method="tasks/result",name="",le="+Inf"': '0x40 0+1x110',
          // A call that asks its user and gets the answer after half a minute, which its duration does not
          // include.
          'pmcp_requests_total{name="book",method="tools/call",outcome="ok"': '0+12x150',
          'pmcp_requests_in_flight{method="tools/call"': '6x150',
          'pmcp_requests_waiting{method="tools/call"': '6x150',
          'pmcp_request_duration_seconds_bucket{method="tools/call",name="book",le="5"': '0+12x150',
          'pmcp_request_duration_seconds_bucket{method="tools/call",name="book",le="10"': '0+12x150',
          'pmcp_request_duration_seconds_bucket{method="tools/call",name="book",le="+Inf"': '0+12x150',
          'pmcp_request_duration_seconds_count{method="tools/call",name="book"': '0+12x150',
          'pmcp_server_requests_total{method="elicitation/create",mode="form",outcome="ok"': '0+12x150',
          'pmcp_server_request_duration_seconds_bucket{method="elicitation/create",mode="form",le="10"':
            '0x150',
          'pmcp_server_request_duration_seconds_bucket{method="elicitation/create",mode="form",le="+Inf"':
            '0+12x150',
          'pmcp_server_request_duration_seconds_count{method="elicitation/create",mode="form"': '0+12x150',
          'pmcp_server_request_duration_seconds_sum{method="elicitation/create",mode="form"': '0+360x150',
        }).map(([begin, values]) => [
          `${begin},namespace="shop",job="pmcp",app_kubernetes_io_name="notes",instance="10.0.0.1:9090",pod="${pod('notes', 1).name}"}`,
          values,
        ]),
      ),
    },
    minutes: 140,
  },
  {
    what: 'the clocks go back: nightly jobs run an hour later or twice, and users come an hour later',
    series: {
      ...life(pod('notes', 1), {
        from: 0,
        minutes: 660,
        requests: `0x120 0+600x60 36000+600x60 72000x300 72000+120x120`,
      }),
      ...life(pod('notes', 2), { from: 0, minutes: 660, requests: '0x540 0+120x120' }),
      // A CronJob in local time, whose first chance of that night is skipped: 25 hours between two backups.
      [BACKUP]: `${since(clocks.last)}x${clocks.back + 49} ${since(clocks.back + 50)}x420`,
      ...wanted({ notes: '2x660' }),
    },
    minutes: 640,
  },
  {
    what: 'the clocks go forward: a nightly job runs an hour earlier, and users come an hour earlier',
    series: {
      ...life(pod('notes', 1), { from: 0, minutes: 420, requests: '0x60 0+900x120 108000+120x240' }),
      ...life(pod('notes', 2), { from: 0, minutes: 420, requests: '0x180 0+120x240' }),
      [BACKUP]: `${since(-23 * 60 + 110)}x109 ${since(110)}x310`,
      ...wanted({ notes: '2x420' }),
    },
    minutes: 400,
  },
];
