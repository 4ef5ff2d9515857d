import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { type Broken, diagnosis, examined, rows } from '../../support/doctor.js';
import { CALM, startedAlertmanager } from '../../support/started-alertmanager.js';
import { until } from '../../support/until.js';

const children = new Children(() => {});
const url = 'http://127.0.0.1:9/';
const started = (config: string) => startedAlertmanager(children, config);

/** One whose configuration has something else in place of a text, and maybe more at its end. */
async function changed(text: string | RegExp, instead: string, more = ''): Promise<URL> {
  const config = CALM.replace(text, instead) + more;
  expect(config, `expected the configuration to have ${text}`).not.toBe(CALM);
  return started(config);
}

async function silenced(matchers: readonly object[], days: number): Promise<URL> {
  const alertmanager = await started(CALM);
  const [startsAt, endsAt] = [new Date(), new Date(Date.now() + days * 86_400_000)];
  const body = JSON.stringify({ matchers, startsAt, endsAt, createdBy: 'ann', comment: 'work' });
  const headers = { 'content-type': 'application/json' };
  const { ok } = await fetch(new URL('api/v2/silences', alertmanager), { method: 'POST', headers, body });
  expect(ok).toBe(true);
  return alertmanager;
}

/** One that has tried to send an alert, and nobody listens. */
async function unheard(): Promise<URL> {
  const alertmanager = await started(CALM);
  const body = JSON.stringify([{ labels: { alertname: 'Watchdog', severity: 'none' } }]);
  const headers = { 'content-type': 'application/json' };
  await fetch(new URL('api/v2/alerts', alertmanager), { method: 'POST', headers, body });
  await until(async () => {
    const page = await (await fetch(new URL('metrics', alertmanager))).text();
    return /^alertmanager_notification_requests_failed_total\{.*\} [1-9]/m.test(page);
  });
  return alertmanager;
}

/** What a company routes by: the team, which Prometheus adds to all that it sends. */
const BY_TEAM = `
route:
  receiver: 'null'
  routes:
    - { matchers: ['alertname="Watchdog"'], receiver: deadman, repeat_interval: 5m }
    - matchers: ['team="mcp"']
      receiver: page
      routes: [{ matchers: ['severity="critical"'], receiver: page }]
receivers:
  - { name: 'null' }
  - { name: page, webhook_configs: [{ url: '${url}' }] }
  - { name: deadman, webhook_configs: [{ url: '${url}' }] }
`;
const ADDED = `
global: { external_labels: { cluster: prod, group: mcp-prod } }
alerting:
  alert_relabel_configs: [{ source_labels: [group], regex: '(.+)-prod', target_label: team }]
`;

let calm: URL;
beforeAll(async () => {
  calm = await started(CALM);
});
afterAll(() => children.stop());

const CRITICAL_ROUTE = /^ +- matchers:\n +- severity="critical"\n/m;
const OFFICE = `
time_intervals:
  - name: office
    time_intervals: [{ weekdays: ['monday:friday'], times: [{ start_time: '08:00', end_time: '18:00' }] }]
  - name: holidays
    time_intervals: [{ months: [december], days_of_month: ['24:26'] }]
  - { name: always, time_intervals: [{ times: [{ start_time: '00:00', end_time: '24:00' }] }] }
`;

const SLACK = `    slack_configs: [{ api_url: '${url}', title: '{{ template "corp.title" . }}' }]\n`;
const MESSAGE = `'{{ define "ours" }}{{ template "slack.default.text" . }}{{ end }}{{ template "ours" . }}'`;

/** What each broken set-up is asked for, by the code that it gets. */
const BROKEN: Broken = {
  'PMCP-D200': [
    'nobody listens at the address of Alertmanager',
    async () => ({ alertmanager: new URL(`http://127.0.0.1:${await freePort()}`) }),
  ],
  'PMCP-D202': [
    'a route that stands too early swallows critical alerts',
    async () => ({
      alertmanager: await changed(
        /(?=^ +- matchers:\n +- severity="critical")/m,
        `    - { matchers: ['job="pmcp"'], receiver: none }\n`,
      ),
    }),
  ],
  'PMCP-D203': [
    'a receiver has the address of an example',
    async () => ({
      alertmanager: await changed(
        '  - name: ticket\n',
        '  - name: ticket\n    email_configs: [{ to: ops@example.com, from: a@b.c, smarthost: "localhost:25" }]\n',
      ),
    }),
  ],
  'PMCP-D204': [
    'the Watchdog is told every hour only',
    async () => ({ alertmanager: await changed('repeat_interval: 5m', 'repeat_interval: 1h') }),
  ],
  'PMCP-D205': [
    'the Watchdog hides critical alerts',
    async () => ({
      alertmanager: await changed(
        'inhibit_rules:\n',
        `inhibit_rules:\n  - source_matchers: ['alertname="Watchdog"']\n    target_matchers: ['severity="critical"']\n`,
      ),
    }),
  ],
  'PMCP-D206': [
    'any critical alert hides all warnings, wherever they are',
    async () => ({
      alertmanager: await changed(
        'inhibit_rules:\n',
        `inhibit_rules:\n  - source_matchers: ['severity="critical"']\n    target_matchers: ['severity=~"warning|info|critical"']\n`,
      ),
    }),
  ],
  'PMCP-D214': [
    'a receiver names a template, and no file is loaded',
    async () => ({ alertmanager: await changed('  - name: ticket\n', `  - name: ticket\n${SLACK}`) }),
  ],
  'PMCP-D207': [
    'critical alerts are told in office hours only',
    async () => ({
      alertmanager: await changed(CRITICAL_ROUTE, `$&      active_time_intervals: [office]\n`, OFFICE),
    }),
  ],
  'PMCP-D208': [
    'critical alerts wait for half an hour',
    async () => ({ alertmanager: await changed('group_wait: 10s', 'group_wait: 30m') }),
  ],
  'PMCP-D209': ['nobody takes what it sends', async () => ({ alertmanager: await unheard() })],
  'PMCP-D210': [
    'a silence covers everything',
    async () => ({ alertmanager: await silenced([{ name: 'alertname', value: '.+', isRegex: true }], 1) }),
  ],
  'PMCP-D211': [
    'a silence lasts for a year',
    async () => ({
      alertmanager: await silenced([{ name: 'alertname', value: 'PmcpToolSlow', isRegex: false }], 365),
    }),
  ],
};

/** What hides critical alerts too. */
const HIDING: readonly string[] = [
  `  - target_matchers: ['severity="critical"']\n    equal: [datacenter, rack]\n`,
  `  - source_matchers: ['severity=~"info|none"']\n    target_matchers: ['severity=~"warning|critical"']\n    equal: [namespace]\n`,
  `  - source_match: { severity: info }\n    target_match: { severity: critical }\n    equal: [cluster]\n`,
];

/** Other people's set-ups, in which all is well. */
const HEALTHY: Readonly<Record<string, () => Promise<URL>>> = {
  'all alerts go to an archive too': () =>
    changed(/(?=^ +- matchers:\n +- alertname="Watchdog")/m, ALL_TO_TICKET),
  'an old configuration writes its inhibitions as maps': () =>
    changed(
      'inhibit_rules:\n',
      'inhibit_rules:\n  - source_match: { alertname: PmcpAllTargetsDown }\n    target_match_re: { severity: critical|warning }\n',
    ),
  'information hides information of the same alert': () =>
    changed(
      'inhibit_rules:\n',
      `inhibit_rules:\n  - source_matchers: ['severity="info"']\n    target_matchers: ['severity=~"info|warning|critical"']\n    equal: [alertname]\n`,
    ),
  'a second receiver gets critical alerts outside of the hours of the first': () =>
    changed(
      CRITICAL_ROUTE,
      `$&      active_time_intervals: [office]\n      continue: true\n    - matchers: ['severity="critical"']\n      mute_time_intervals: [office]\n`,
      OFFICE,
    ),
  'critical alerts hide warnings about the same': () =>
    changed(
      'inhibit_rules:\n',
      `inhibit_rules:\n  - source_matchers: ['severity="critical"']\n    target_matchers: ['severity=~"warning|info"']\n    equal: [alertname, namespace, cluster]\n`,
    ),
  'all that is the same in labels which only that company has hides each other': () =>
    changed(
      'inhibit_rules:\n',
      `inhibit_rules:\n  - source_matchers: ['severity=~".+"']\n    target_matchers: ['severity=~".+"']\n    equal: [region]\n`,
    ),
  'messages are made by templates of Alertmanager and by one of their own': () =>
    changed(
      '  - name: ticket\n',
      `  - name: ticket\n    slack_configs: [{ api_url: '${url}', title: '{{ template "slack.default.title" . }}', text: ${MESSAGE} }]\n`,
    ),
  'templates come from files, which Alertmanager does not tell of': () =>
    started(
      CALM.replace('  - name: ticket\n', `  - name: ticket\n${SLACK}`).replace(
        /^templates:.*$/m,
        "templates: ['*.tmpl']",
      ),
    ),
  'critical alerts are mute on holidays only, and active always': () =>
    changed(
      CRITICAL_ROUTE,
      '$&      mute_time_intervals: [holidays]\n      active_time_intervals: [always]\n',
      OFFICE,
    ),
  'an archive waits long for critical alerts, and the page does not': () =>
    changed(
      CRITICAL_ROUTE,
      `    - matchers: ['severity="critical"']\n      receiver: ticket\n      group_wait: 1h\n      continue: true\n$&`,
    ),
};
const ALL_TO_TICKET = `    - { matchers: ['severity=~".+"'], receiver: ticket, continue: true }\n`;

describe('the doctor before an Alertmanager', () => {
  it('finds nothing wrong with the shipped configuration', async () => {
    expect(await diagnosis({ alertmanager: calm })).toEqual({});
  });

  it.concurrent.each(Object.entries(HEALTHY))('finds nothing wrong where %s', async (_, arrange) => {
    expect(await diagnosis({ alertmanager: await arrange() })).toEqual({});
  });

  it.concurrent.each(rows(BROKEN))('says $code and nothing else where $what', async ({ code, arrange }) => {
    expect(await diagnosis(await arrange())).toEqual({ [code]: expect.anything() });
  });

  it.concurrent.each(HIDING)('says that the Watchdog hides critical alerts by %j', async (rule) => {
    const alertmanager = await changed('inhibit_rules:\n', `inhibit_rules:\n${rule}`);
    expect(await diagnosis({ alertmanager })).toEqual({
      'PMCP-D205': [expect.stringContaining('Watchdog hides PmcpAllTargetsDown')],
    });
  });

  it.concurrent('says that warnings hide critical alerts', async () => {
    const rule = `  - source_matchers: ['severity="warning"']\n    target_matchers: ['severity="critical"']\n    equal: [namespace]\n`;
    expect(
      await diagnosis({ alertmanager: await changed('inhibit_rules:\n', `inhibit_rules:\n${rule}`) }),
    ).toEqual({ 'PMCP-D205': [expect.stringContaining('PmcpBackupMissing hides')] });
  });

  describe('whose critical route asks for a label that the rules do not set', () => {
    let alertmanager: URL;
    let prometheus: URL;
    beforeAll(async () => {
      alertmanager = await started(BY_TEAM);
      const { url } = await Prometheus.startWith(ADDED, children.start.bind(children), {});
      prometheus = new URL(url);
    });
    const outcome = async (settings: object) => {
      const [result] = await examined({ alertmanager, ...settings }, ({ code }) => code === 'PMCP-D202');
      return result?.outcome;
    };

    it('says that it cannot tell without Prometheus', async () => {
      expect(await outcome({})).toEqual({
        kind: 'unknown',
        because: expect.stringContaining('--prometheus'),
      });
    });

    it('finds nothing where Prometheus adds the label', async () => {
      expect(await outcome({ prometheus })).toEqual({ kind: 'passed' });
    });
  });
});
