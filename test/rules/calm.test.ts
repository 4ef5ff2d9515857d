import { describe, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { type Series, series } from './case.js';
import { testRules } from './promtool.js';

/** What happens where nothing is wrong. Nothing but the Watchdog may fire at any minute of it. */
interface Calm {
  readonly what: string;
  readonly series: Series;
  readonly minutes: number;
}

interface Pod {
  readonly name: string;
  readonly address: string;
  readonly server?: string;
  readonly version?: string;
  readonly namespace?: string;
}

/** When a pod comes, how long it stays, and what it is asked in each of those minutes. */
interface Life {
  readonly from: number;
  readonly minutes: number;
  /** Minutes until it accepts work. */
  readonly starts?: number;
  readonly requests?: string;
}

/** All that a server shows, from its first scrape to its last. */
function life(pod: Pod, { from, minutes, starts = 0, requests }: Life): Series {
  const { name, address, server = 'notes', version = '1.0.0', namespace = 'shop' } = pod;
  const target = { namespace, job: 'pmcp', app_kubernetes_io_name: server, instance: address, pod: name };
  const call = { ...target, method: 'tools/call', name: 'search' };
  const listening = { ...target, method: 'subscriptions/listen', name: '' };
  const unauthorised = { ...target, http_method: 'POST', status: '401' };
  const over = (values: string) => `${from > 0 ? `_x${from} ` : ''}${values} stale`;
  const always = (value: number) => over(`${value}x${minutes - 1}`);
  const asked = over(requests ?? `0+60x${minutes - 1}`);
  return {
    [series('up', target)]: always(1),
    [series('pmcp_ready', target)]: over(
      starts > 0 ? `0x${starts} 1x${minutes - starts - 2}` : `1x${minutes - 1}`,
    ),
    [series('pmcp_build_info', { ...target, server, version, sdk: 'v2' })]: always(1),
    [series('pmcp_tool_definitions_info', { ...target, fingerprint: version })]: always(1),
    [series('pmcp_active_connections', { ...target, transport: 'streamable_http' })]: always(3),
    [series('process_start_time_seconds', target)]: always(from * 60),
    [series('pmcp_requests_in_flight', { ...target, method: 'tools/call' })]: always(0),
    [series('pmcp_requests_total', { ...call, outcome: 'ok' })]: asked,
    // A client knocks without a token, gets one, and listens.
    [series('pmcp_http_exchanges_total', { ...target, http_method: 'POST', status: '200', reason: '' })]:
      asked,
    [series('pmcp_http_exchanges_total', { ...unauthorised, reason: 'unauthorized' })]: over(
      `3x${minutes - 1}`,
    ),
    [series('pmcp_active_subscriptions', { ...target, kind: 'tools_list_changed' })]: always(3),
    [series('pmcp_silent_subscriptions', { ...target, kind: 'tools_list_changed' })]: always(3),
    [series('pmcp_subscriptions_limit', target)]: always(1000),
    [series('pmcp_requests_total', { ...listening, outcome: 'ok' })]: always(3),
    [series('pmcp_requests_total', { ...listening, outcome: 'server_error' })]: always(0),
    // Most lines and traces are left out, as the settings say.
    [series('pmcp_telemetry_dropped_total', { ...target, signal: 'logs', reason: 'sampled' })]: asked,
    [series('pmcp_telemetry_dropped_total', { ...target, signal: 'traces', reason: 'sampled' })]: asked,
    ...Object.fromEntries(
      ['5', '10', '+Inf'].map((le) => [
        series('pmcp_request_duration_seconds_bucket', { ...call, le }),
        asked,
      ]),
    ),
  };
}

/** How many pods each Deployment of the namespace should have. */
function wanted(of: Readonly<Record<string, string>>, namespace = 'shop'): Series {
  return Object.fromEntries(
    Object.entries(of).map(([deployment, values]) => [
      series('kube_deployment_spec_replicas', { namespace, deployment }),
      values,
    ]),
  );
}

const pod = (deployment: string, number: number, more: Partial<Pod> = {}): Pod => ({
  name: `${deployment}-6d4cf56db6-abcd${number}`,
  address: `10.0.0.${number}:9090`,
  ...more,
});

const NIGHT = 3 * 60;

/** At minute 180 it is 3 o'clock, and 2 o'clock again; backups run at 2:30, and take 20 minutes. */
const clocks = { back: 180, last: 150 + 20 - 24 * 60 };
const since = (minute: number) => minute * 60;

const BACKUP = series('pmcp_job_last_success_timestamp_seconds', { job_name: 'backup' });

const calm: readonly Calm[] = [
  {
    what: 'a canary goes back to no pods when its time is over',
    series: {
      ...life(pod('notes-primary', 1, { server: 'notes-primary' }), { from: 0, minutes: 200 }),
      ...life(pod('notes', 2), { from: 0, minutes: 20 }),
    },
    minutes: 180,
  },
  {
    what: 'the namespace of a preview is deleted',
    series: {
      ...life(pod('notes', 1), { from: 0, minutes: 200 }),
      ...life(pod('notes', 2, { namespace: 'preview-1234' }), { from: 0, minutes: 20 }),
      ...wanted({ notes: '1x200' }),
      ...wanted({ notes: '1x20 stale' }, 'preview-1234'),
    },
    minutes: 180,
  },
  {
    what: 'a preview never gets a request',
    series: life(pod('notes', 1), { from: 3, minutes: 300, starts: 6, requests: '0x299' }),
    minutes: 280,
  },
  {
    what: 'all traffic goes from blue to green at once',
    series: {
      ...life(pod('notes-blue', 1), { from: 0, minutes: 75, requests: '0+600x60 36000x13' }),
      ...life(pod('notes-blue', 2), { from: 0, minutes: 75, requests: '0+600x60 36000x13' }),
      ...life(pod('notes-green', 3, { version: '1.1.0' }), {
        from: 30,
        minutes: 200,
        requests: '0x29 0+600x169',
      }),
      ...life(pod('notes-green', 4, { version: '1.1.0' }), {
        from: 30,
        minutes: 200,
        requests: '0x29 0+600x169',
      }),
      ...wanted({ 'notes-blue': '2x73 0x200', 'notes-green': '0x29 2x200' }),
    },
    minutes: 220,
  },
  {
    what: 'blue and green are two servers to discovery, and blue is scaled to nothing',
    series: {
      ...life(pod('notes-blue', 1, { server: 'notes-blue' }), { from: 0, minutes: 75 }),
      ...life(pod('notes-green', 3, { server: 'notes-green' }), { from: 30, minutes: 200 }),
      ...wanted({ 'notes-blue': '1x73 0x200', 'notes-green': '0x29 1x200' }),
    },
    minutes: 220,
  },
  {
    what: 'nodes are drained, one after the other',
    series: {
      ...life(pod('notes', 1), { from: 0, minutes: 30 }),
      ...life(pod('notes', 2), { from: 0, minutes: 45 }),
      ...life(pod('notes', 3), { from: 29, minutes: 150, starts: 2 }),
      ...life(pod('notes', 4), { from: 44, minutes: 150, starts: 2 }),
      ...wanted({ notes: '2x200' }),
    },
    minutes: 170,
  },
  {
    what: 'a job asks all night long, and then nobody does',
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
    what: 'a server is used twice in a while, and its tool is slow and fails now and then',
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
    what: 'a rollout takes an hour and a half',
    series: {
      ...Object.fromEntries(
        Array.from({ length: 6 }, (_, index) =>
          Object.entries({
            ...life(pod('notes', index), { from: 0, minutes: 30 + index * 15 }),
            ...life(
              { ...pod('notes', index + 10, { version: '1.1.0' }), name: `notes-5f6d8c7b9d-abcd${index}` },
              { from: 25 + index * 15, minutes: 250, starts: 4 },
            ),
          }),
        ).flat(),
      ),
      ...wanted({ notes: '6x300' }),
    },
    minutes: 270,
  },
  {
    what: 'the autoscaler takes back what it gave',
    series: {
      ...Object.fromEntries(
        Array.from({ length: 8 }, (_, index) =>
          Object.entries(life(pod('notes', index), { from: index * 3, minutes: 120 - index * 10 })),
        ).flat(),
      ),
      ...life(pod('notes', 9), { from: 0, minutes: 300 }),
      [series('kube_horizontalpodautoscaler_spec_max_replicas', {
        namespace: 'shop',
        horizontalpodautoscaler: 'notes',
      })]: '9x300',
      [series('kube_horizontalpodautoscaler_status_current_replicas', {
        namespace: 'shop',
        horizontalpodautoscaler: 'notes',
      })]: '9x120 1x180',
      ...wanted({ notes: '9x60 1x240' }),
    },
    minutes: 280,
  },
  {
    what: 'people think before they confirm, and clients wait for tasks of 40 minutes',
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
          // A call that asks within itself, and gets its answer after half a minute: its duration is without that.
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
    what: 'the clocks go back: jobs of the night run an hour later or twice, and users come an hour later',
    series: {
      ...life(pod('notes', 1), {
        from: 0,
        minutes: 660,
        requests: `0x120 0+600x60 36000+600x60 72000x300 72000+120x120`,
      }),
      ...life(pod('notes', 2), { from: 0, minutes: 660, requests: '0x540 0+120x120' }),
      // Of a CronJob by local time, with the backup's first chance of that night left out: 25 hours between two.
      [BACKUP]: `${since(clocks.last)}x${clocks.back + 49} ${since(clocks.back + 50)}x420`,
      ...wanted({ notes: '2x660' }),
    },
    minutes: 640,
  },
  {
    what: 'the clocks go forward: a job begins an hour earlier after the last, and users come an hour earlier',
    series: {
      ...life(pod('notes', 1), { from: 0, minutes: 420, requests: '0x60 0+900x120 108000+120x240' }),
      ...life(pod('notes', 2), { from: 0, minutes: 420, requests: '0x180 0+120x240' }),
      [BACKUP]: `${since(-23 * 60 + 110)}x109 ${since(110)}x310`,
      ...wanted({ notes: '2x420' }),
    },
    minutes: 400,
  },
  {
    what: 'a process is restarted at its address, and counts from nothing',
    series: {
      ...life(pod('notes', 1), { from: 0, minutes: 200, requests: '0+60x100 0+60x98' }),
      ...life(pod('notes', 2), { from: 0, minutes: 200 }),
    },
    minutes: 190,
  },
  {
    what: 'a release ends all sessions: clients come again, and browsers ask before each request whether they may',
    series: {
      ...life(pod('notes', 1), { from: 0, minutes: 60 }),
      ...life(pod('notes', 2, { version: '1.1.0' }), { from: 58, minutes: 120, starts: 1 }),
      ...Object.fromEntries(
        Object.entries({
          'pmcp_http_exchanges_total{http_method="OPTIONS",status="204",reason=""': '0+60x120',
          'pmcp_http_exchanges_total{http_method="GET",status="405",reason="method_not_allowed"': '0+60x120',
          'pmcp_http_exchanges_total{http_method="POST",status="404",reason="unknown_session"':
            '0x2 2000x120',
          'pmcp_requests_total{name="_other",method="tools/call",outcome="client_error"': '0x2 2000x120',
          'pmcp_errors_total{name="_other",method="tools/call",type="unknown_session"': '0x2 2000x120',
          'pmcp_requests_total{name="",method="initialize",outcome="ok"': '0x2 2000x120',
        }).map(([begin, values]) => [
          `${begin},namespace="shop",job="pmcp",app_kubernetes_io_name="notes",instance="10.0.0.2:9090",pod="${pod('notes', 2).name}"}`,
          `_x58 ${values}`,
        ]),
      ),
      ...wanted({ notes: '1x180' }),
    },
    minutes: 150,
  },
  {
    what: 'a server that sleeps at night is woken in the morning, and takes three minutes to start',
    series: {
      ...life(pod('notes', 1), { from: 0, minutes: 60, requests: '0+60x30 1800x29' }),
      ...life(pod('notes', 2), { from: 184, minutes: 100, starts: 3 }),
      ...wanted({ notes: '1x60 0x120 1x120' }),
    },
    minutes: 240,
  },
];

const groups = ruleGroups();
/** Promtool evaluates all rules at each of them. */
const HOURS_OF_MINUTES_MS = 180_000;

/** @throws what fired, or was expected to and did not */
async function expectFired(input: Series, minutes: number, alerts: readonly string[]): Promise<void> {
  const all = { [BACKUP]: `0+60x${minutes}`, ...input };
  const fired = `max_over_time(ALERTS{alertname!="Watchdog", alertstate="firing"}[${minutes}m])`;
  const check = {
    expr: `count by (alertname) (${fired})`,
    eval_time: `${minutes}m`,
    exp_samples: alerts.map((alertname) => ({ labels: series('', { alertname }), value: 1 })),
  };
  const input_series = Object.entries(all).map(([name, values]) => ({ series: name, values }));
  await testRules(groups, [{ input_series, promql_expr_test: [check] }]);
}

describe('nothing fires when', () => {
  it.each(calm)(
    '$what',
    ({ series: input, minutes }) => expectFired(input, minutes, []),
    HOURS_OF_MINUTES_MS,
  );
});

describe('an outage that looks like it fires all the same:', () => {
  it('the last pod goes, and there is no room or no image for another', async () => {
    const [{ series: canary, minutes } = { series: {}, minutes: 0 }] = calm;
    await expectFired({ ...canary, ...wanted({ notes: '1x200' }) }, minutes, ['PmcpAllTargetsDown']);
  });

  it('a server that sleeps at night does not wake up', async () => {
    const asleep = life(pod('notes', 1), { from: 0, minutes: 30 });
    await expectFired({ ...asleep, ...wanted({ notes: '1x28 0x70 1x100' }) }, 150, ['PmcpTargetsAbsent']);
  });
});
