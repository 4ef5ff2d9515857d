import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { TEMPLATES } from '../../alerts/alertmanager/receivers.js';
import { type AlertmanagerOptions, alertmanagerConfig, ROUTES } from '../../alerts/alertmanager.js';
import { ruleGroups } from '../../alerts/groups.js';
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
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
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
  ])('is one that amtool accepts, with %s', async (_, options) => {
    const said = await amtool(options, (config) => ['check-config', config]);
    expect(said).toContain('SUCCESS');
    expect(said).toContain('1 templates');
  });

  it('is committed in a form that amtool accepts', async () => {
    const { path } = await requireTool('amtool');
    const file = join(import.meta.dirname, '../../alerts/generated/alertmanager.yaml');
    const { stdout } = await promisify(execFile)(path, ['check-config', file]);
    expect(stdout).toContain('SUCCESS');
  });

  it.each(['critical', 'warning', 'info'] as const)('leads %s to its receiver', async (severity) => {
    await routed(ROUTES[severity], { alertname: 'PmcpAny', severity, job: 'pmcp' });
  });

  it('follows severities that have other names in the rules', async () => {
    const severities = { critical: 'P1', warning: 'P3', info: 'P5' };
    await routed(ROUTES.critical, { alertname: 'PmcpAny', severity: 'P1' }, { severities });
  });

  it('leads the Watchdog to the dead man’s switch, and only there', async () => {
    await routed(ROUTES.watchdog, { alertname: 'Watchdog', severity: 'info' });
  });

  it('leads an unknown severity to people, not to nowhere', async () => {
    await routed(ROUTES.warning, { alertname: 'Other', severity: 'unheard-of' });
  });

  it('would be found out when a route led elsewhere', async () => {
    await expect(routed(ROUTES.critical, { alertname: 'PmcpAny', severity: 'info' })).rejects.toThrow();
  });

  it('holds no secret, only the names of files that do', () => {
    const text = stringify(alertmanagerConfig({ receivers: RECEIVERS }));
    expect(text).not.toMatch(/(api_url|routing_key|auth_password):/);
    expect(text.match(/_file: /g)).toHaveLength(3);
  });

  it.each(inhibitions())(
    'inhibits $target by $source, with labels that both have',
    ({ source, target, equal }) => {
      for (const side of [source, target]) {
        const meant = alerts.filter(({ alert }) => new RegExp(`^(?:${side})$`).test(alert));
        expect(meant, side).not.toEqual([]);
        for (const { alert, expr, labels } of meant) {
          const there = [...labelsOf(expr), ...Object.keys(labels)];
          // Only an SLO that is kept per tool has the name of one.
          const always = equal.filter((name) => name !== 'name');
          expect(there, alert).toEqual(expect.arrayContaining(always));
        }
      }
    },
  );

  it('names no alert that does not exist', () => {
    const names = alerts.map(({ alert }) => alert);
    const listed = inhibitions().flatMap(
      ({ source, target }) => `${source}|${target}`.match(/Pmcp[A-Za-z]+/g) ?? [],
    );
    for (const name of listed) expect(names).toContain(name);
  });
});

/** What silences what: patterns of the names of alerts, and the labels that must agree. */
function inhibitions(): { source: string; target: string; equal: readonly string[] }[] {
  const { inhibit_rules } = alertmanagerConfig({ receivers: {} }) as {
    inhibit_rules: { source_matchers: string[]; target_matchers: string[]; equal: string[] }[];
  };
  const pattern = (matchers: readonly string[]) => /^alertname=~?"(.+)"$/.exec(matchers.join())?.[1] ?? '';
  return inhibit_rules.map(({ source_matchers, target_matchers, equal }) => ({
    source: pattern(source_matchers),
    target: pattern(target_matchers),
    equal,
  }));
}
