import { alertmanagerStatus } from '../../facts/alertmanager.js';
import { areTogether, type Known, knownAlertmanagers } from '../../facts/known-alertmanagers.js';
import { alertmanagerCheck } from './define.js';

const RIGHTS =
  'GET of `/api/v1/alertmanagers` of Prometheus, and of `/api/v2/status` of each one, without a token.';

export const prometheusSendsHere = alertmanagerCheck({
  code: 'PMCP-D212',
  title: 'Prometheus sends its alerts to this Alertmanager.',
  why: 'Routes and receivers of an Alertmanager that gets no alerts wake nobody, however right they are.',
  cure: 'Let `alerting.alertmanagers` of Prometheus name this one, and reload; or look at the one that it names: `--alertmanager URL`.',
  severity: 'fail',
  needs: ['prometheus', 'alertmanager'],
  rights: RIGHTS,
  after: ['PMCP-D100', 'PMCP-D200', 'PMCP-D107'],
  async run(context) {
    const [known, own] = await Promise.all([
      context.get(knownAlertmanagers),
      context.get(alertmanagerStatus),
    ]);
    const isElsewhere =
      known.length > 0 && known.every(({ status }) => status !== undefined && !areTogether(status, own));
    if (!isElsewhere) return [];
    const { origin } = context.settings.alertmanager!;
    return [
      { found: `Prometheus sends its alerts to ${told(known)}, and ${origin} is another Alertmanager` },
    ];
  },
});

export const alertmanagersAreTogether = alertmanagerCheck({
  code: 'PMCP-D213',
  title: 'Alertmanagers of one Prometheus are one cluster.',
  why: 'Alertmanagers that do not know of each other each send every alert: people are called twice, and a silence that is set at one does not hold at the other.',
  cure: 'Make them one cluster: start each with `--cluster.peer=HOST:9094`, which names another one, and let them reach each other at port 9094 (TCP and UDP). An empty `--cluster.listen-address=` switches the cluster off: take it away.',
  severity: 'warn',
  needs: ['prometheus'],
  rights: RIGHTS,
  after: ['PMCP-D100', 'PMCP-D107'],
  async run(context) {
    const known = await context.get(knownAlertmanagers);
    const twins = known.filter((one) => known.some((other) => areTwins(one, other)));
    return twins.length === 0
      ? []
      : [
          {
            found: `Prometheus sends each alert to ${told(twins)}, which have the same configuration and do not know of each other`,
          },
        ];
  },
});

/** With configurations of their own they may be those of two teams. */
function areTwins({ status: one }: Known, { status: other }: Known): boolean {
  if (one === undefined || other === undefined || areTogether(one, other) || areTogether(other, one))
    return false;
  return one.config.original === other.config.original;
}

function told(known: readonly Known[]): string {
  return known.map(({ url }) => new URL(url).origin).join(' and ');
}
