import type { Finding } from '../../check.js';
import { type Known, knownAlertmanagers } from '../../facts/known-alertmanagers.js';
import { lately } from '../../facts/lately.js';
import { prometheusCheck } from './define.js';

export const alertsAreSent = prometheusCheck({
  code: 'PMCP-D135',
  title: 'Alertmanager takes the alerts that Prometheus sends.',
  why: 'Alerts fire, and are lost on the way: nobody is woken.',
  cure: 'Look into the log of Prometheus for `Error sending alerts`: the address, the credentials or the certificate of `alerting` is wrong, or Alertmanager does not run, or is too slow.',
  severity: 'fail',
  rights:
    'GET of `/metrics`, `/api/v1/query` and `/api/v1/alertmanagers`, and of `/api/v2/status` where Prometheus sends alerts to.',
  after: ['PMCP-D107'],
  async run(context) {
    // Not those that were dropped: the first ones after a start are, for no Alertmanager is known yet.
    const { count, when } = await lately(context, ['prometheus_notifications_errors_total']);
    if (count === 0) return [];
    const found = `Alertmanager did not take ${count} alerts ${when}`;
    const silent = (await context.get(knownAlertmanagers)).filter(({ status }) => status === undefined);
    return silent.length === 0
      ? [{ found }]
      : silent.map((one) => explained(found, one, context.settings.alertmanager));
  },
});

/** What an answer to the same request from here tells, and the setting of `alerting.alertmanagers` that it lacks. */
function explained(found: string, { url, problem }: Known, named: URL | undefined): Finding {
  const [, cure] = CURES.find(([pattern]) => pattern.test(problem)) ?? [];
  const { host, origin } = new URL(url);
  const path = named?.host === host && named.pathname !== '/' ? `: ${named.pathname}` : '';
  return {
    found: `${found}: Prometheus sends them to ${url}, and ${origin} says to the doctor: ${problem}`,
    ...(cure !== undefined && { cure: cure.replace('PREFIX', path) }),
  };
}

const CURES: readonly (readonly [RegExp, string])[] = [
  [
    /^404 /,
    'Alertmanager is below a path there. Write it into `alerting.alertmanagers` of Prometheus as `path_prefixPREFIX`, and reload.',
  ],
  [
    /^400 .*HTTPS server/,
    'It speaks HTTPS: write `scheme: https` into `alerting.alertmanagers` of Prometheus, and reload.',
  ],
  [
    /wrong version number|packet length/,
    'It speaks plain HTTP: take `scheme: https` out of `alerting.alertmanagers` of Prometheus, and reload.',
  ],
  [
    /^(401|403) /,
    'It wants credentials. Write `basic_auth` or `authorization` into `alerting.alertmanagers` of Prometheus, or correct what is there, and reload.',
  ],
];
