import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { diagnosis, examined } from '../../support/doctor.js';
import { CALM, startedAlertmanager } from '../../support/started-alertmanager.js';

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
        `Prometheus sends each alert to ${calm.origin} and ${other.origin}, which have the same configuration and are no cluster`,
      ],
    });
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
});
