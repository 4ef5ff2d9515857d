import { describe, expect, it } from 'vitest';
import {
  alertmanager,
  composed,
  type Files,
  job,
  prometheus,
  service,
  volumes,
} from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';

const MOUNTED = prometheus(volumes('./prometheus.yml:/etc/prometheus/prometheus.yml:ro'));

/** A variable, as in a shell. */
const variable = (text: string) => `\${${text}}`;
const scraping = (more: string): Files => ({ 'prometheus.yml': job(more) });
const alerting = (receiver: string, route = 'receiver: page'): Files => ({
  'alertmanager.yml': `route: { ${route} }\nreceivers: [{ name: page, ${receiver} }]\n`,
});
const slack = (url: string) => alerting(`slack_configs: [{ channel: '#a', api_url: '${url}' }]`);

type Row = readonly [service: string, found: string, files: Files];

const BROKEN: Readonly<Record<string, readonly Row[]>> = {
  'PMCP-D447': [
    [
      alertmanager('environment: { SLACK_URL: a }'),
      'service alertmanager: api_url has the variable SLACK_URL, which Alertmanager does not replace',
      slack(variable('SLACK_URL')),
    ],
    [
      alertmanager('environment: [TOKEN]'),
      'service alertmanager: api_url has the variable TOKEN, which Alertmanager does not replace',
      slack(`https://hooks.slack.com/services/${variable('TOKEN:-secret')}`),
    ],
    [
      alertmanager('environment: { PAGERDUTY_KEY: a }'),
      'service alertmanager: routing_key has the variable PAGERDUTY_KEY, which Alertmanager does not replace',
      alerting("pagerduty_configs: [{ routing_key: '$PAGERDUTY_KEY' }]"),
    ],
    [
      `${MOUNTED}    environment: { PASSWORD: a }\n`,
      'service prometheus: password has the variable PASSWORD, which Prometheus does not replace',
      scraping(`, basic_auth: { username: a, password: '${variable('PASSWORD')}' }`),
    ],
    [
      alertmanager(),
      'service alertmanager: a route names the receiver ops, and the receivers are page',
      alerting('', 'receiver: ops'),
    ],
    [
      alertmanager(),
      'service alertmanager: a route names the receiver ops, and the receivers are page',
      alerting('', 'receiver: page, routes: [{ routes: [{ receiver: ops }] }]'),
    ],
    [
      alertmanager(),
      'service alertmanager: Alertmanager knows no inhibit_rule; did you mean inhibit_rules?',
      { 'alertmanager.yml': `${alerting('')['alertmanager.yml']}inhibit_rule: []\n` },
    ],
    [
      MOUNTED,
      'service prometheus: Prometheus knows no rules_files; did you mean rule_files?',
      { 'prometheus.yml': `rules_files: []\n${job()}` },
    ],
  ],
};

const HEALTHY: Readonly<Record<string, readonly [service: string, files: Files]>> = {
  'a file with the secret': [
    alertmanager('secrets: [token]'),
    alerting("slack_configs: [{ channel: '#a', api_url_file: /run/secrets/token }]"),
  ],
  'a variable that is filled in before the start': [alertmanager(), slack(variable('SLACK_URL'))],
  'groups of a pattern': [
    MOUNTED,
    scraping(
      `, relabel_configs: [{ regex: '(?P<name>.+):.*', replacement: '${variable('name')}', target_label: a }, { regex: '(.*)', replacement: '${variable('1')}', target_label: b }]`,
    ),
  ],
  'variables where Prometheus replaces them': [
    MOUNTED,
    { 'prometheus.yml': `global: { external_labels: { cluster: '${variable('CLUSTER')}' } }\n${job()}` },
  ],
  'templates of Alertmanager, and a password with a dollar': [
    alertmanager(),
    alerting(
      "slack_configs: [{ channel: '#a', api_url: 'https://hooks.example.com/$Abc', title: '{{ range $i, $a := .Alerts }}{{ $a.Labels.job }}{{ end }}' }]",
    ),
  ],
  'routes that inherit their receiver': [
    alertmanager(),
    alerting('', 'receiver: page, routes: [{ matchers: [a=b] }]'),
  ],
  'every key that they have, and one of a later version': [
    MOUNTED + alertmanager(),
    {
      'prometheus.yml': `scrape_config_files: []\nruntime: { gogc: 75 }\notlp: {}\nquantum: {}\n${job()}`,
      'alertmanager.yml': `${alerting('')['alertmanager.yml']}time_intervals: []\nmute_time_intervals: []\n`,
    },
  ],
  'a script that replaces variables': [
    service(
      'alertmanager',
      'prom/alertmanager:v0.31.1',
      volumes('./alertmanager.yml:/etc/alertmanager/alertmanager.yml'),
      'entrypoint: [sh, /start.sh]',
    ),
    slack(variable('SLACK_URL')),
  ],
};

describe('the doctor before what Prometheus and Alertmanager do not understand', () => {
  const rows = Object.entries(BROKEN).flatMap(([code, all]) =>
    all.map(([added, found, files]) => ({ code, added, found, files })),
  );
  it.concurrent.each(rows)('says $code: $found', async ({ code, added, found, files }) => {
    expect(await diagnosis({ manifests: composed(added, files) })).toEqual({ [code]: [found] });
  });

  it.concurrent.each(Object.entries(HEALTHY))('finds nothing wrong with %s', async (_, [added, files]) => {
    expect(await diagnosis({ manifests: composed(added, files) })).toEqual({});
  });
});
