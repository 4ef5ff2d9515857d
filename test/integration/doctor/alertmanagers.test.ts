import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { createAuthority } from '../../support/certificates.js';
import { diagnosis, examined } from '../../support/doctor.js';
import { RULES } from '../../support/shipped-rules.js';
import { CALM, startedAlertmanager } from '../../support/started-alertmanager.js';
import { until } from '../../support/until.js';

const children = new Children(() => {});
afterAll(() => children.stop());

let calm: URL;
beforeAll(async () => {
  calm = await startedAlertmanager(children, CALM);
});

/** What is found of Alertmanager, and whether Prometheus reaches it, by code. */
async function between(settings: Parameters<typeof diagnosis>[0]): Promise<object> {
  const results = await examined(
    settings,
    ({ code, group }) => group === 'alertmanager' || ['PMCP-D100', 'PMCP-D135'].includes(code),
  );
  const told = results.filter(({ outcome }) => outcome.kind === 'found' || outcome.kind === 'unknown');
  return Object.fromEntries(
    told.map(({ check, outcome }) => [
      check.code,
      outcome.kind === 'found' ? outcome.findings.map(({ found }) => found) : outcome,
    ]),
  );
}

describe('the doctor between Prometheus and Alertmanager', () => {
  it('says that two of one configuration are no cluster', async () => {
    const [other, different] = await Promise.all([
      startedAlertmanager(children, CALM),
      startedAlertmanager(children, CALM.replace('repeat_interval: 5m', 'repeat_interval: 6m')),
    ]);
    const targets = [calm, other, different].map(({ host }) => `"${host}"`).join(', ');
    const config = `alerting: { alertmanagers: [{ static_configs: [{ targets: [${targets}] }] }] }\n`;
    const { url } = await Prometheus.startWith(config, children.start.bind(children), {
      flags: ['--scrape.discovery-reload-interval=100ms'],
    });
    expect(await between({ alertmanager: calm, prometheus: new URL(url) })).toEqual({
      'PMCP-D213': [
        `Prometheus sends each alert to ${calm.origin} and ${other.origin}, which have the same configuration and do not know of each other`,
      ],
    });
  });

  it.each([
    [
      'warns of none where all targets are on its own machine, as who tries it out needs none',
      '127.0.0.1',
      'warn',
    ],
    ['reports none as an error where others are scraped', '0.0.0.0', undefined],
  ])('%s', async (_, target, severity) => {
    const scraped = `static_configs: [{ targets: ["${target}:9"] }]`;
    const config = `scrape_configs: [{ job_name: pmcp, ${scraped} }]\nrule_files: ['*-rules.yaml']\n`;
    const { url } = await Prometheus.startWith(config, children.start.bind(children), {
      files: RULES,
      flags: ['--scrape.discovery-reload-interval=100ms'],
    });
    const results = await examined({ prometheus: new URL(url) }, ({ code }) =>
      ['PMCP-D100', 'PMCP-D104', 'PMCP-D107'].includes(code),
    );
    const said = results.map(({ outcome }) => outcome.kind === 'found' && outcome.findings);
    expect(said).toEqual([
      false,
      false,
      [expect.objectContaining({ found: expect.stringMatching(/no Alertmanager/) })],
    ]);
    expect(said[2] && said[2][0]!.severity).toBe(severity);
  });

  describe('below a path', () => {
    let below: URL;
    let sending: URL;
    beforeAll(async () => {
      below = await startedAlertmanager(children, CALM, '/am');
      const known = (prefix: string) =>
        `alerting: { alertmanagers: [{ path_prefix: ${prefix}, static_configs: [{ targets: ["${below.host}"] }] }] }\n`;
      const one = await Prometheus.startWith(known('/am'), children.start.bind(children), {
        flags: ['--scrape.discovery-reload-interval=100ms'],
      });
      sending = new URL(one.url);
    });

    it('finds nothing wrong where the path is named', async () => {
      expect(await diagnosis({ alertmanager: below })).toEqual({});
    });

    it('finds nothing wrong between it and a Prometheus that knows the path', async () => {
      expect(await between({ alertmanager: below, prometheus: sending })).toEqual({});
    });

    it('says that Prometheus sends its alerts to another one', async () => {
      expect(await between({ alertmanager: calm, prometheus: sending })).toEqual({
        'PMCP-D212': [
          `Prometheus sends its alerts to ${below.origin}, and ${calm.origin} is another Alertmanager`,
        ],
      });
    });

    it('says which address does not answer where the path is left out', async () => {
      expect(await diagnosis({ alertmanager: new URL('/', below) })).toEqual({
        'PMCP-D200': [expect.stringContaining('an answer 404')],
      });
    });
  });

  describe('that does not take its alerts', () => {
    const files = temporaryFolder('alertmanager-tls');
    const ALWAYS = 'groups: [{ name: always, rules: [{ alert: PmcpAlways, expr: vector(1) }] }]\n';

    /** Starts a Prometheus that sends an alert there, and waits for it to fail. */
    async function failing(at: URL, settings: string): Promise<URL> {
      const config = `global: { evaluation_interval: 1s }
rule_files: [rules.yml]
alerting: { alertmanagers: [{ ${settings}static_configs: [{ targets: ["${at.host}"] }] }] }
`;
      const { url } = await Prometheus.startWith(config, children.start.bind(children), {
        // An alert that fires before Prometheus knows its Alertmanager is sent again after a minute otherwise.
        flags: ['--scrape.discovery-reload-interval=100ms', '--rules.alert.resend-delay=1s'],
        files: { 'rules.yml': ALWAYS },
      });
      await until(async () => {
        const page = await (await fetch(`${url}/metrics`)).text();
        return /^prometheus_notifications_errors_total\{.*\} [1-9]/m.test(page);
      });
      return new URL(url);
    }

    async function withTls(): Promise<URL> {
      const { cert, key } = await (await createAuthority()).issue('localhost');
      const [cert_file, key_file] = [join(files, 'tls.crt'), join(files, 'tls.key')];
      await Promise.all([writeFile(cert_file, cert), writeFile(key_file, key)]);
      return startedAlertmanager(children, CALM, '', { tls_server_config: { cert_file, key_file } });
    }

    const withUsers = () =>
      startedAlertmanager(children, CALM, '', { basic_auth_users: { prometheus: hashSync('right', 4) } });

    it.concurrent.each([
      {
        lacks: 'its path',
        start: () => startedAlertmanager(children, CALM, '/am'),
        settings: '',
        says: '404 "404 page not found"',
        cure: '`path_prefix: /am`',
      },
      {
        lacks: 'TLS',
        start: withTls,
        settings: '',
        says: '400 "Client sent an HTTP request to an HTTPS server."',
        cure: '`scheme: https` into',
      },
      {
        lacks: 'plain HTTP',
        start: () => startedAlertmanager(children, CALM),
        settings: 'scheme: https, ',
        says: 'wrong version number',
        cure: '`scheme: https` out of',
      },
      { lacks: 'its password', start: withUsers, settings: '', says: '401', cure: '`basic_auth`' },
    ])('says what it answers, and what Prometheus lacks: $lacks', async ({ start, settings, says, cure }) => {
      const alertmanager = await start();
      const prometheus = await failing(alertmanager, settings);
      const [result] = await examined({ alertmanager, prometheus }, ({ code }) => code === 'PMCP-D135');
      const { host } = alertmanager;
      expect(result?.outcome).toMatchObject({
        kind: 'found',
        findings: [
          {
            found: expect.stringMatching(
              `^Alertmanager did not take \\d+ alerts .*//${host}/api/v2/alerts.* says to`,
            ),
          },
        ],
      });
      expect(result?.outcome).toMatchObject({
        findings: [{ found: expect.stringContaining(says), cure: expect.stringContaining(cure) }],
      });
    });
  });
});
