import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coloursFor } from '../../../packages/doctor/src/report/colours.js';
import { humanReport } from '../../../packages/doctor/src/report/human.js';
import { jsonReport } from '../../../packages/doctor/src/report/json.js';
import { junitReport } from '../../../packages/doctor/src/report/junit.js';
import { Children } from '../../../scripts/start/children.js';
import { diagnosis, examined, expectOnly, pairs } from '../../support/doctor.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { serve } from '../../support/notes-server.js';
import { answering, type Change, pass, replacing } from '../../support/passing.js';
import { Reloaded } from '../../support/reloaded.js';
import { RULES, ruled } from '../../support/shipped-rules.js';

/** In a process of its own, which answers in time whatever this one does. */
let server: HttpServer;
let alertmanager: Awaited<ReturnType<typeof serve>>;
let prometheus: URL;
const children = new Children(() => {});
const PAIRS = 12;
const SECRET = 'Zq7hV2mXw9';

beforeAll(async () => {
  [server, alertmanager] = await Promise.all([
    startHttpServer(),
    serve((_, response) => void response.end()),
  ]);
  const job = `  - { job_name: pmcp, static_configs: [{ targets: ["${new URL(server.admin).host}"] }] }\n`;
  const config = { config: ruled(alertmanager.url.host, job), files: RULES };
  const watching = await Reloaded.start(config, children.start.bind(children));
  prometheus = await watching.take(config);
});
afterAll(async () => {
  await children.stop();
  server.child.kill();
  await alertmanager.close();
});

/** One of our alerts fires. */
function alerting(labels: Readonly<Record<string, string>>): Change {
  const metric = { job: 'pmcp', ...labels };
  return (said, asked) => {
    if (!asked.includes('query=ALERTS{alertname=~')) return said;
    const answer = JSON.parse(said);
    answer.data.result.push({ metric, value: [0, '1'] });
    return JSON.stringify(answer);
  };
}

/** Alerts go through these rules before they are sent. */
function alertsRelabeled(...rules: readonly string[]): Change {
  const list = rules.map((rule) => `  - ${rule}\\n`).join('');
  return replacing('status/config', 'alerting:\\n', `alerting:\\n  alert_relabel_configs:\\n${list}`);
}

/** Changes the page of Prometheus into that of one whose store has taken nothing for ten minutes. */
function behind(page: string): string {
  const store = '{remote_name="a",url="http://ann:word@store:9009/api/v1/push"}';
  const then = Date.now() / 1_000 - 600;
  return `${page.replace(/^(process_start_time_seconds) .*$/m, `$1 ${then}`)}
prometheus_remote_storage_samples_pending${store} 2000
prometheus_remote_storage_queue_highest_sent_timestamp_seconds${store} 0
`;
}

/** What a real one is made to say, by the code that it gets. */
const SAYING: Readonly<Record<string, readonly [what: string, Change]>> = {
  'PMCP-D105': [
    'its last reload failed',
    replacing('status/runtimeinfo', '"reloadConfigSuccess":true', '"reloadConfigSuccess":false'),
  ],
  'PMCP-D106': [
    'it writes elsewhere without external labels',
    replacing(
      'status/config',
      'scrape_configs:',
      'remote_write:\\n- url: http://store/write\\nscrape_configs:',
    ),
  ],
  'PMCP-D108': [
    'alerts lose their severity',
    alertsRelabeled('{ regex: severity|replica, action: labeldrop }'),
  ],
  'PMCP-D114': [
    'scrapes take nearly as long as they may',
    (said, asked) =>
      answering('quantile_over_time(0.5, scrape_duration_seconds', [
        [{ job: 'pmcp', instance: new URL(server.admin).host }, 0.95],
      ])(said, asked),
  ],
  'PMCP-D115': [
    'queries see a sample for less than a scrape interval',
    replacing('status/flags', '"query.lookback-delta":"5m"', '"query.lookback-delta":"500ms"'),
  ],
  'PMCP-D122': [
    'a group takes longer than its interval',
    replacing('/rules', /"evaluationTime":[^,]+/g, '"evaluationTime":61'),
  ],
  'PMCP-D123': [
    'rules record nothing',
    answering('count by (job) (pmcp_requests_total offset', [[{ job: 'pmcp' }, 4]]),
  ],
  'PMCP-D128': [
    'an exporter has an old password',
    answering('max_over_time(pg_up', [[{ job: 'postgres', instance: 'b:9187' }, 0]]),
  ],
  'PMCP-D130': [
    'its limit of size removed what the rules look back to',
    replacing('/metrics', /(tsdb_size_retentions_total) \d+/, '$1 3'),
  ],
  'PMCP-D132': [
    'its clock is five minutes off',
    answering('vector(time())', [[{}, Date.now() / 1_000 + 300]]),
  ],
  'PMCP-D134': [
    'it refuses samples',
    replacing('/metrics', /(sample_duplicate_timestamp_total) \d+/, '$1 12'),
  ],
  'PMCP-D135': [
    'no Alertmanager takes its alerts',
    replacing('/metrics', /(notifications_errors_total\{.*\}) 0/, '$1 5'),
  ],
  'PMCP-D136': [
    'values are folded',
    answering('sum by (job, label) (increase(pmcp_label', [[{ job: 'pmcp', label: 'name' }, 3]]),
  ],
  'PMCP-D127': [
    'a server says that it starts in a quarter of an hour',
    answering('process_start_time_seconds{job=~"pmcp', [[{ job: 'pmcp', instance: 'a:9090' }, 870]]),
  ],
  'PMCP-D126': [
    'two processes answer in turn at one target',
    answering('resets(process_start_time_seconds', [[{ job: 'pmcp', instance: 'a:9090' }, 4]]),
  ],
  'PMCP-D137': ['a store takes nothing', (said, asked) => (asked === '/metrics' ? behind(said) : said)],
  'PMCP-D138': [
    'its disk is full',
    replacing('/metrics', /(prometheus_tsdb_wal_writes_failed_total) 0/, '$1 3'),
  ],
  'PMCP-D141': [
    'a deployment stopped half-way',
    answering('(count by (job, namespace, server)', [[{ server: 'notes' }, 2]]),
  ],
  'PMCP-D153': [
    'a heap may outgrow its container',
    answering('max by (namespace, pod) (nodejs_heap_size_limit', [[{ namespace: 'a', pod: 'notes-1' }, 1.4]]),
  ],
  'PMCP-D154': [
    'connections are never closed',
    answering('(max without (transport) (min_over_time(pmcp_active_connections', [
      [{ instance: 'a:9090' }, 320],
    ]),
  ],
  'PMCP-D155': [
    'the heap only grows',
    answering('(max without (transport) (min_over_time(nodejs_heap', [[{ instance: 'a:9090' }, 4e8]]),
  ],
  'PMCP-D350': [
    'the last backup is two days old',
    answering('min by (job_name) (time() - (pmcp_job_last_success_timestamp_seconds{job_name=~".*backup', [
      [{ job_name: 'backup' }, 172_800],
    ]),
  ],
  'PMCP-D351': [
    'the last backup has no bytes',
    answering('max by (job_name) (pmcp_job_last_size_bytes', [[{ job_name: 'backup' }, 0]]),
  ],
  'PMCP-D352': [
    'the last backup failed',
    answering('max by (job_name) (pmcp_job_last_exit_code', [[{ job_name: 'backup' }, 1]]),
  ],
  'PMCP-D353': [
    'the last drill is half a year ago',
    answering('min by (job_name) (time() - (pmcp_job_last_success_timestamp_seconds{job_name=~".*(restore', [
      [{ job_name: 'restore-drill' }, 15_000_000],
    ]),
  ],
  'PMCP-D354': [
    'a job pushes milliseconds',
    answering('max by (job_name) (pmcp_job_last_success_timestamp_seconds) >', [
      [{ job_name: 'backup' }, Date.now()],
    ]),
  ],
  'PMCP-D142': [
    'the Watchdog does not fire',
    (said, path) =>
      path.includes('/rules')
        ? said.replace(/"state":"firing"(?=[^{]*"name":"Watchdog")/, '"state":"inactive"')
        : answering('ALERTS{alertname="Watchdog"', [])(said, path),
  ],
  'PMCP-D143': ['a tool is slow', alerting({ alertname: 'PmcpToolSlow', name: 'search' })],
  'PMCP-D144': ['a tool fails', alerting({ alertname: 'PmcpToolErrors', name: 'search' })],
  'PMCP-D145': ['a heap is full', alerting({ alertname: 'PmcpHeapNearLimit', instance: 'a:9090' })],
};

function named<T>(table: Readonly<Record<string, readonly [what: string, how: T]>>) {
  return Object.entries(table).map(([code, [what, how]]) => ({ code, what, how }));
}

describe('the doctor before a Prometheus', () => {
  it('finds nothing wrong where all is well', async () => {
    expect(await diagnosis({ prometheus })).toEqual({});
  });

  it.each(['password=SECRET', 'https://ann:SECRET@db/', 'Authorization: Bearer SECRET'])(
    'shows no secret that Prometheus tells, in whatever field: %s',
    async (text) => {
      const planted = ` ${text.replace('SECRET', SECRET)}`;
      const change: Change = (said) =>
        said.startsWith('{')
          ? JSON.stringify(
              JSON.parse(said, (_, value) => (typeof value === 'string' ? value + planted : value)),
            )
          : said;
      const { url, close } = await pass(prometheus, { change });
      const results = await examined({ prometheus: url });
      await close();
      const reports = [humanReport(results, coloursFor({}, {})), jsonReport(results), junitReport(results)];
      expect(reports.join('\n')).not.toContain(SECRET);
      expect(reports[0]).toMatch(/^PMCP-D/);
    },
  );

  it('finds nothing wrong with a store that answers queries and has no more of Prometheus', async () => {
    const change: Change = (said, path) =>
      /api\/v1\/(status|alertmanagers)/.test(path)
        ? 'unsupported path requested'
        : said.replaceAll(/"scrape(Interval|Timeout)":"\w+",/g, '');
    const { url, close } = await pass(prometheus, { change });
    expect(await diagnosis({ prometheus: url })).toEqual({});
    await close();
  });

  it.each(['PmcpDoctorWorse', 'PmcpDoctorStale'])(
    'finds nothing because of %s, which tells of its own runs',
    async (alertname) => {
      const { url, close } = await pass(prometheus, { change: alerting({ alertname }) });
      expect(await diagnosis({ prometheus: url })).toEqual({});
      await close();
    },
  );

  it.each(named(SAYING))('says $code and nothing else where $what', async ({ code, how }) => {
    const { url, close } = await pass(prometheus, { change: how });
    expect(await diagnosis({ prometheus: url }, code)).toEqual({ [code]: expect.anything() });
    await close();
  });

  it.each(pairs(named(SAYING), PAIRS).map(([one, other]) => ({ one, other })))(
    'says $one.code and $other.code or the cause alone where both are there',
    async ({ one, other }) => {
      const change: Change = (said, path) => other.how(one.how(said, path), path);
      const { url, close } = await pass(prometheus, { change });
      expectOnly(await examined({ prometheus: url }), [one.code, other.code]);
      await close();
    },
  );

  it.each([
    ['{ source_labels: [severity], regex: critical|warning, action: drop }', 2, /is dropped/],
    ['{ source_labels: [severity], regex: critical, action: drop }', 1, /critical" is dropped/],
    ['{ regex: alertname|job, action: labelkeep }', 2, /loses its severity/],
    ["{ target_label: severity, replacement: '' }", 2, /loses its severity/],
    ['{ source_labels: [environment], regex: prod|test, action: keep }', 2, /is dropped/],
    ['{ source_labels: [environment, team], regex: prod;mcp, action: keep }', 2, /is dropped/],
    ["{ source_labels: [environment], regex: '', action: drop }", 2, /is dropped/],
    ['{ source_labels: [job], regex: node|kubelet, action: keep }', 2, /is dropped/],
    ['{ regex: alertname, action: labeldrop }', 2, /loses its alertname/],
    ['{ regex: job|instance, action: labeldrop }', 2, /loses its job/],
  ])('says what becomes of alerts after %s', async (rule, count, told) => {
    const { url, close } = await pass(prometheus, { change: alertsRelabeled(rule) });
    const found = await diagnosis({ prometheus: url });
    await close();
    expect(found).toEqual({ 'PMCP-D108': Array(count).fill(expect.stringMatching(told)) });
  });

  it.each([
    '{ regex: replica|prometheus, action: labeldrop }',
    '{ source_labels: [severity], target_label: severity, action: uppercase }',
    '{ source_labels: [severity], regex: info, action: drop }',
    '{ source_labels: [alertname], regex: PmcpToolSlow, action: drop }',
    '{ source_labels: [version], regex: .+, action: keep }',
    '{ source_labels: [namespace], regex: production, action: keep }',
    '{ source_labels: [job], regex: node|pmcp.*, action: keep }',
    '{ source_labels: [environment], regex: dev|staging, action: drop }',
    "{ source_labels: [environment], regex: '', target_label: environment, replacement: prod }",
    '{ source_labels: [severity], regex: warning|critical, action: keep }',
  ])('finds nothing wrong with alerts after %s', async (rule) => {
    const { url, close } = await pass(prometheus, { change: alertsRelabeled(rule) });
    expect(await diagnosis({ prometheus: url })).toEqual({});
    await close();
  });
});
