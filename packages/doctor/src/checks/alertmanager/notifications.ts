import { NotApplicable } from '../../check.js';
import type { Context } from '../../context.js';
import { alertmanagerPage } from '../../facts/alertmanager-page.js';
import { startedLately } from '../../facts/lately.js';
import { query } from '../../facts/prometheus.js';
import { type Sample, total } from '../../facts/samples.js';
import { alertmanagerCheck } from './define.js';

const TRIED = 'alertmanager_notification_requests_total';
const FAILED = 'alertmanager_notification_requests_failed_total';
/** An attempt that fails now and then is repeated. More of them mean that a receiver does not get its alerts. */
const FEW = 0.1;

/** How often one way to tell people, such as `webhook`, was tried and failed lately. */
interface Attempts {
  readonly integration: string;
  readonly tried: number;
  readonly failed: number;
}

export const notificationsArrive = alertmanagerCheck({
  code: 'PMCP-D209',
  title: 'Receivers take what Alertmanager sends.',
  why: 'Alerts fire, and are lost on the way to a person: a token has ended, an address has moved, or a firewall is in between.',
  cure: 'Look into the log of Alertmanager for `Notify for alerts failed`: it has the receiver and its answer, or `template … not defined` where `templates` fits no file. Correct the receiver, then try it with `--send-test-alert`.',
  severity: 'fail',
  after: ['PMCP-D200', 'PMCP-D203'],
  async run(context) {
    return (await attempts(context))
      .filter(({ tried, failed }) => failed > FEW * tried)
      .map(({ integration, tried, failed }) => ({
        found: `${Math.ceil(failed)} of ${Math.ceil(tried)} attempts to send alerts by ${integration} failed`,
      }));
  },
});

/** Reads the attempts from Prometheus if it scrapes Alertmanager, or else from Alertmanager. */
async function attempts(context: Context): Promise<Attempts[]> {
  const stored = context.settings.prometheus ? attemptsIn(await growthOfTheHour(context)) : [];
  if (stored.length > 0) return stored;
  const page = await alertmanagerPage(context);
  const counted = attemptsIn(page);
  // Of a process that has run for long, nobody knows when the attempts failed: all of them did, or it may be over.
  if (startedLately(page) || counted.some(({ tried, failed }) => tried > 0 && tried === failed))
    return counted;
  throw new NotApplicable('Alertmanager runs for more than an hour, and Prometheus does not scrape it');
}

async function growthOfTheHour(context: Context): Promise<Sample[]> {
  const grown = [TRIED, FAILED].map(async (name) =>
    (await query(context, `sum by (integration) (increase(${name}[1h]))`)).map((one) => ({ name, ...one })),
  );
  return (await Promise.all(grown)).flat();
}

function attemptsIn(samples: readonly Sample[]): Attempts[] {
  const tried = samples.filter(({ name }) => name === TRIED);
  return [...new Set(tried.map(({ labels }) => labels.integration ?? ''))].map((integration) => ({
    integration,
    tried: total(samples, TRIED, { integration }) ?? 0,
    failed: total(samples, FAILED, { integration }) ?? 0,
  }));
}
