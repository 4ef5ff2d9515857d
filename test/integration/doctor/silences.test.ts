import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { diagnosis, examined } from '../../support/doctor.js';
import { CALM, startedAlertmanager } from '../../support/started-alertmanager.js';

const children = new Children(() => {});
afterAll(() => children.stop());

let alertmanager: URL;
let prometheus: URL;
beforeAll(async () => {
  alertmanager = await startedAlertmanager(children, CALM);
  const jobs = ['pmcp-orders', 'pmcp-billing', 'node'].map(
    (job) => `  - { job_name: ${job}, static_configs: [{ targets: ['127.0.0.1:9'] }] }\n`,
  );
  const config = `scrape_configs:\n${jobs.join('')}`;
  prometheus = new URL((await Prometheus.startWith(config, children.start.bind(children))).url);
});

type Matcher = readonly [name: string, operator: '=' | '!=' | '=~' | '!~', value: string];

const headers = { 'content-type': 'application/json' };

async function silenced(matchers: readonly Matcher[], look: () => Promise<void>): Promise<void> {
  const body = JSON.stringify({
    matchers: matchers.map(([name, operator, value]) => ({
      name,
      value,
      isRegex: operator.endsWith('~'),
      isEqual: operator.startsWith('='),
    })),
    startsAt: new Date(),
    endsAt: new Date(Date.now() + 86_400_000),
    createdBy: 'ann',
    comment: 'work',
  });
  const made = await fetch(new URL('api/v2/silences', alertmanager), { method: 'POST', headers, body });
  const { silenceID } = (await made.json()) as { readonly silenceID: string };
  try {
    await look();
  } finally {
    await fetch(new URL(`api/v2/silence/${silenceID}`, alertmanager), { method: 'DELETE' });
  }
}

describe('the doctor before a silence', () => {
  it.each<readonly [told: string, matchers: readonly Matcher[]]>([
    ['alertname=~.+', [['alertname', '=~', '.+']]],
    ['job=~pmcp.*', [['job', '=~', 'pmcp.*']]],
    ['alertname=~Pmcp.*', [['alertname', '=~', 'Pmcp.*']]],
    ['severity=critical', [['severity', '=', 'critical']]],
    ['severity!=info', [['severity', '!=', 'info']]],
    ['alertname!~Watchdog|Info.*', [['alertname', '!~', 'Watchdog|Info.*']]],
    [
      'job=~pmcp.*, severity=~warning|critical',
      [
        ['job', '=~', 'pmcp.*'],
        ['severity', '=~', 'warning|critical'],
      ],
    ],
  ])('says that it covers every critical alert: %s', async (told, matchers) => {
    await silenced(matchers, async () => {
      expect(await diagnosis({ alertmanager })).toEqual({
        'PMCP-D210': [
          expect.stringMatching(
            /^silence \w{8} of ann \(.*\), "work" covers every critical alert until [\d-]+ [\d:]+ UTC$/,
          ),
        ],
      });
      const [found] = Object.values(await diagnosis({ alertmanager })) as string[][];
      expect(found?.[0]).toContain(`(${told})`);
    });
  });

  it.each<Matcher[]>([
    [['alertname', '=', 'PmcpNoneReady']],
    [['alertname', '=~', 'PmcpBackup.*']],
    [['severity', '=~', 'warning|info']],
    [['severity', '!=', 'critical']],
    [
      ['job', '=~', 'pmcp.*'],
      ['severity', '=', 'warning'],
    ],
    [
      ['job', '=~', 'pmcp.*'],
      ['namespace', '=', 'default'],
    ],
    [['job', '=', 'node']],
    [['instance', '=', 'a:9090']],
    // The job of the shipped configuration is `pmcp`.
    [['job', '=~', 'pmcp.+']],
  ])('finds nothing wrong with one that leaves some: %j', async (...matchers) => {
    await silenced(matchers, async () => expect(await diagnosis({ alertmanager })).toEqual({}));
  });

  it.each<readonly [kind: string, matchers: readonly Matcher[]]>([
    ['found', [['job', '=~', 'pmcp-(orders|billing)']]],
    ['passed', [['job', '=', 'pmcp-orders']]],
  ])('knows the jobs of all servers by Prometheus: %s', async (kind, matchers) => {
    await silenced(matchers, async () => {
      const [result] = await examined({ alertmanager, prometheus }, ({ code }) => code === 'PMCP-D210');
      expect(result?.outcome.kind).toBe(kind);
    });
  });
});
