import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { inhibitions } from '../../alerts/alertmanager/inhibitions.js';
import { TEMPLATES } from '../../alerts/alertmanager/receivers.js';
import { ROUTES } from '../../alerts/alertmanager/routes.js';
import { type AlertmanagerOptions, alertmanagerConfig } from '../../alerts/alertmanager.js';
import { ruleGroups } from '../../alerts/groups.js';
import { SERVER_LABELS } from '../../alerts/options.js';
import { isAlert } from '../../alerts/rule.js';
import { requireTool } from '../../scripts/tools/index.js';
import { labelsOf } from './label-flow.js';
import { withFiles } from './promtool.js';

const RECEIVERS = {
  slack: { channel: '#mcp', apiUrlFile: '/etc/alertmanager/secrets/slack' },
  pagerDuty: { routingKeyFile: '/etc/alertmanager/secrets/pagerduty' },
  email: {
    to: 'mcp@example.com',
    from: 'alertmanager@example.com',
    smarthost: 'smtp.example.com:587',
    username: 'alertmanager',
    passwordFile: '/etc/alertmanager/secrets/smtp',
  },
  webhook: { url: 'http://hooks.example.com/alerts' },
  deadMansSwitch: { url: 'http://watchdog.example.com/ping' },
};
const officeHours = {
  weekdays: ['monday:friday'],
  from: '09:00',
  to: '17:00',
  timeZone: 'Europe/Berlin',
};
const TEAMS = {
  payments: { slack: { channel: '#payments', apiUrlFile: '/etc/alertmanager/secrets/payments' } },
  'search & "find"': { pagerDuty: { routingKeyFile: '/etc/alertmanager/secrets/search' } },
};
const ODD_HOURS = { ...officeHours, weekdays: ['Saturday', 'sunday:friday'], to: '24:00' };
const alerts = ruleGroups().flatMap(({ rules }) => rules.filter(isAlert));

async function amtool(options: AlertmanagerOptions, args: (config: string) => string[]): Promise<string> {
  const { path } = await requireTool('amtool');
  const files = { 'alertmanager.yaml': stringify(alertmanagerConfig(options)), 'pmcp.tmpl': TEMPLATES };
  return withFiles(files, async (folder) => {
    const { stdout } = await promisify(execFile)(path, args(join(folder, 'alertmanager.yaml')));
    return stdout;
  });
}

function routed(
  receiver: string,
  labels: Readonly<Record<string, string>>,
  options: Partial<AlertmanagerOptions> = {},
): Promise<string> {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return amtool({ receivers: RECEIVERS, officeHours, ...options }, (config) => [
    'config',
    'routes',
    'test',
    `--config.file=${config}`,
    `--verify.receivers=${receiver}`,
    ...pairs,
  ]);
}

describe('the configuration of Alertmanager', () => {
  it.each<[string, AlertmanagerOptions]>([
    ['everything', { receivers: RECEIVERS, officeHours }],
    ['nothing', { receivers: {} }],
    ['fast time', { receivers: RECEIVERS, scale: 0.01 }],
    ['teams', { receivers: RECEIVERS, teams: TEAMS, officeHours }],
    [
      'a webhook that needs a token',
      { receivers: { webhook: { ...RECEIVERS.webhook, credentialsFile: '/x' } } },
    ],
    ['office hours on odd days', { receivers: {}, officeHours: ODD_HOURS }],
  ])('passes amtool with %s', async (_, options) => {
    const said = await amtool(options, (config) => ['check-config', config]);
    expect(said).toContain('SUCCESS');
    expect(said).toContain('1 templates');
  });

  it('is committed in a form that passes amtool', async () => {
    const { path } = await requireTool('amtool');
    const file = join(import.meta.dirname, '../../alerts/generated/alertmanager.yaml');
    const { stdout } = await promisify(execFile)(path, ['check-config', file]);
    expect(stdout).toContain('SUCCESS');
  });

  it.each(['critical', 'warning', 'info'] as const)('routes %s to its receiver', async (severity) => {
    await routed(ROUTES[severity], { alertname: 'PmcpAny', severity, job: 'pmcp' });
  });

  it('follows severities that have other names in the rules', async () => {
    const severities = { critical: 'P1', warning: 'P3', info: 'P5' };
    await routed(ROUTES.critical, { alertname: 'PmcpAny', severity: 'P1' }, { severities });
  });

  it('routes the Watchdog only to the dead man’s switch', async () => {
    await routed(ROUTES.watchdog, { alertname: 'Watchdog', severity: 'info' });
  });

  it.each([
    ['critical', 'payments-page'],
    ['warning', 'payments-ticket'],
    ['unheard-of', 'payments-ticket'],
    ['info', ROUTES.info],
  ])('routes %s of a team to %s', async (severity, receiver) => {
    await routed(receiver, { alertname: 'PmcpAny', severity, team: 'payments' }, { teams: TEAMS });
  });

  it('routes alerts of a team with an unusual name to it', async () => {
    const team = 'search & "find"';
    await routed(`${team}-page`, { alertname: 'PmcpAny', severity: 'critical', team }, { teams: TEAMS });
  });

  it.each(['', 'unknown'])('routes alerts of the team "%s" to everybody', async (team) => {
    await routed(ROUTES.critical, { alertname: 'PmcpAny', severity: 'critical', team }, { teams: TEAMS });
  });

  it('routes the Watchdog to the dead man’s switch, also for alerts with a team label', async () => {
    const watchdog = { alertname: 'Watchdog', severity: 'info', team: 'payments' };
    await routed(ROUTES.watchdog, watchdog, { teams: TEAMS });
  });

  it('follows other severity names and office hours for a team too', async () => {
    const severities = { critical: 'P1', warning: 'P3', info: 'P5' };
    const options = { severities, teams: TEAMS, officeHours };
    await routed('payments-page', { alertname: 'PmcpAny', severity: 'P1', team: 'payments' }, options);
    const text = stringify(alertmanagerConfig({ receivers: {}, ...options }));
    expect(text.match(/active_time_intervals/g)).toHaveLength(3);
  });

  it.each([
    ['email', RECEIVERS.email],
    ['pagerDuty', RECEIVERS.pagerDuty],
    ['slack', RECEIVERS.slack],
    ['webhook', RECEIVERS.webhook],
  ])('delivers critical and other alerts with only %s', (kind, receiver) => {
    const { receivers } = alertmanagerConfig({ receivers: { [kind]: receiver } }) as {
      receivers: { name: string }[];
    };
    for (const name of [ROUTES.critical, ROUTES.warning]) {
      const { name: _, ...configs } = receivers.find((receiver) => receiver.name === name) ?? { name };
      expect(Object.keys(configs), name).toHaveLength(1);
    }
  });

  it('routes an unknown severity to people', async () => {
    await routed(ROUTES.warning, { alertname: 'Other', severity: 'unheard-of' });
  });

  it('fails this test when a route leads elsewhere', async () => {
    await expect(routed(ROUTES.critical, { alertname: 'PmcpAny', severity: 'info' })).rejects.toThrow();
  });

  it('contains no secret, only the names of files with secrets', () => {
    const text = stringify(alertmanagerConfig({ receivers: RECEIVERS }));
    expect(text).not.toMatch(/(api_url|routing_key|auth_password):/);
    // Slack twice: for critical alerts and for all others.
    expect(text.match(/_file: /g)).toHaveLength(4);
  });

  it('also reads URLs with secrets from files', () => {
    const urlFile = '/etc/alertmanager/secrets/url';
    const text = stringify(
      alertmanagerConfig({
        receivers: { webhook: { urlFile, credentialsFile: '/token' }, deadMansSwitch: { urlFile } },
      }),
    );
    expect(text.match(/url_file: \/etc\/alertmanager\/secrets\/url/g)).toHaveLength(3);
    expect(text.match(/credentials_file: \/token/g)).toHaveLength(2);
    expect(text).not.toMatch(/ url:/);
  });

  it.each(inhibitions(SERVER_LABELS))(
    'inhibits $target by $source, with labels that both have',
    ({ source, target, equal }) => {
      for (const name of [...source, ...target]) {
        const meant = alerts.filter(({ alert }) => new RegExp(`^(?:${name})$`).test(alert));
        expect(meant, name).not.toEqual([]);
        for (const { alert, expr, labels } of meant) {
          const there = [...labelsOf(expr), ...Object.keys(labels)];
          // Only an SLO per tool has the label `name`.
          const always = equal.filter((label) => label !== 'name');
          expect(there, alert).toEqual(expect.arrayContaining(always));
        }
      }
    },
  );
});
