import { setTimeout as delay } from 'node:timers/promises';
import { CannotRun, type Check, type Finding } from '../../check.js';
import type { Context } from '../../context.js';
import { exactly } from '../../facts/alert-matchers.js';
import { endingsOf } from '../../facts/alert-routes.js';
import {
  alertmanagerApi,
  alertmanagerConfig,
  alertmanagerStatus,
  type Receiver,
  silences,
} from '../../facts/alertmanager.js';
import { mutedReceivers } from '../../facts/alertmanager-groups.js';
import { secondsOf } from '../../facts/duration.js';
import { type Sample, total } from '../../facts/samples.js';
import { endOf, silenceTold } from '../../facts/silence-told.js';
import { notificationMetrics, type TestAlert, testAlert } from '../../facts/test-alert.js';
import { alertmanagerCheck } from './define.js';
import { type WhyFailed, whyFailed } from './why-failed.js';

const COMMON: Pick<Check, 'needs' | 'rights' | 'severity'> = {
  needs: ['alertmanager', 'sendTestAlert'],
  rights: 'POST of `/api/v2/alerts`; GET of it and of `/metrics`.',
  severity: 'fail',
};

export const testAlertIsTaken = alertmanagerCheck({
  ...COMMON,
  code: 'PMCP-D220',
  title: 'Alertmanager takes a critical test alert, and keeps it from nobody.',
  why: 'A silence, an inhibition or a time in which a route is mute keeps real alerts back too.',
  cure: 'See what holds it: `amtool alert query alertname=PmcpDoctorTest --alertmanager.url=ALERTMANAGER`, `amtool silence query`.',
  after: ['PMCP-D200', 'PMCP-D202', 'PMCP-D210'],
  async run(context) {
    const { known } = await context.get(testAlert);
    if (known === undefined) return [{ found: 'Alertmanager took the test alert, and does not have it' }];
    const { state, silencedBy, inhibitedBy } = known.status;
    if (state !== 'suppressed') return [];
    const by =
      silencedBy.length > 0 ? await silencing(context, silencedBy) : await inhibiting(context, inhibitedBy);
    return [{ found: `Alertmanager keeps the test alert to itself, because of ${by}` }];
  },
});

async function silencing(context: Context, ids: readonly string[]): Promise<string> {
  const all = await context.get(silences);
  const told = ids.map((id) => {
    const silence = all.find((one) => one.id === id);
    return silence ? `${silenceTold(silence)}, until ${endOf(silence)}` : id;
  });
  return `silence ${told.join(' and silence ')}`;
}

async function inhibiting(context: Context, fingerprints: readonly string[]): Promise<string> {
  const all = await alertmanagerApi<readonly Fired[]>(context, 'alerts');
  const told = fingerprints.map((one) => {
    const labels = all.find(({ fingerprint }) => fingerprint === one)?.labels;
    return labels ? `${labels.alertname} ${JSON.stringify(labels)}` : one;
  });
  return `alert ${told.join(' and alert ')}, which inhibits it`;
}

interface Fired {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
}

export const testAlertIsSent = alertmanagerCheck({
  ...COMMON,
  code: 'PMCP-D221',
  title: 'The test alert is sent to its receivers.',
  why: 'An address that has moved, a token that has ended, or a firewall: nobody hears of it before the night in which it matters.',
  cure: 'Read why in the log of Alertmanager, with `component=dispatcher`, then correct the receiver, and reload: `curl -X POST ALERTMANAGER/-/reload`.',
  after: ['PMCP-D203', 'PMCP-D214', 'PMCP-D220'],
  async run(context) {
    const sent = await context.get(testAlert);
    const { route, receivers } = await context.get(alertmanagerConfig);
    const names = new Set(sent.known?.receivers.map(({ name }) => name));
    const wait = Math.max(
      0,
      ...endingsOf(route, exactly(sent.labels)).map((ending) => secondsOf(ending.wait)),
    );
    const reached = receivers.filter(({ name }) => names.has(name));
    return unsent(context, sent, reached, wait);
  },
});

/** Returns the receiver's integrations as the metrics of Alertmanager name them: `webhook` for `webhook_configs`. */
function integrationsOf(receiver: Receiver): string[] {
  return Object.entries(receiver).flatMap(([key, value]) =>
    key.endsWith('_configs') && Array.isArray(value) && value.length > 0 ? [key.replace('_configs', '')] : [],
  );
}

/** Seconds that a destination has to answer, and the share of the timeout that the check may wait. */
const GRACE = 8;
const SHARE = 0.7;
const BETWEEN_MS = 250;

async function unsent(
  context: Context,
  { before, labels }: TestAlert,
  receivers: readonly Receiver[],
  wait: number,
): Promise<Finding[]> {
  const most = context.settings.timeout * SHARE;
  if (wait + 1 > most)
    throw new CannotRun(
      `its route waits ${wait} s for other alerts (group_wait): --timeout ${Math.ceil((wait + GRACE) / SHARE)}`,
    );
  const end = performance.now() + Math.min(wait + GRACE, most) * 1_000;
  for (;;) {
    const now = await notificationMetrics(context);
    const muted = await mutedReceivers(context, labels.job!);
    const open = receivers.filter(({ name }) => !muted.has(name));
    if (open.length === 0 && muted.size > 0) return [mute(muted)];
    const integrations = [...new Set(open.flatMap(integrationsOf))];
    const left = integrations.filter((integration) => successes(now, before, integration) <= 0);
    const failed = left.filter((integration) => moved(now, before, 'failed_', integration) > 0);
    if (left.length === 0) return [];
    if (performance.now() > end || failed.length === left.length) {
      const names = open.map(({ name }) => name).join(', ');
      const missing = await told(context, left, (integration) =>
        failed.includes(integration) ? whyFailed(now, before, integration, open) : undefined,
      );
      return missing.map(({ how, ...more }) => ({
        found: `${names} did not get the test alert: ${how}`,
        ...more,
      }));
    }
    await delay(BETWEEN_MS);
  }
}

function mute(muted: ReadonlyMap<string, string>): Finding {
  const routes = [...muted].map(([receiver, intervals]) => `${receiver} by ${intervals}`);
  return {
    found: `nobody is told of critical alerts now: time intervals mute the routes to ${routes.join(', ')}`,
    cure: 'Take `mute_time_intervals` and `active_time_intervals` off the route of critical alerts, or try again at another hour.',
    severity: 'warn',
  };
}

function successes(now: readonly Sample[], before: readonly Sample[], integration: string): number {
  return moved(now, before, '', integration) - moved(now, before, 'failed_', integration);
}

function moved(
  now: readonly Sample[],
  before: readonly Sample[],
  kind: '' | 'failed_',
  integration: string,
): number {
  const name = `alertmanager_notification_requests_${kind}total`;
  return (total(now, name, { integration }) ?? 0) - (total(before, name, { integration }) ?? 0);
}

async function told(
  context: Context,
  left: readonly string[],
  whyOf: (integration: string) => WhyFailed | undefined,
): Promise<WhyFailed[]> {
  const { cluster } = await context.get(alertmanagerStatus);
  const peers = cluster?.peers?.length ?? 1;
  const reasons = left.map(whyOf);
  if (reasons.every((why) => why === undefined) && peers > 1)
    throw new CannotRun(`it has not sent it, and another of the ${peers} of its cluster may have`);
  return left.map((integration, i) => reasons[i] ?? { how: `nothing was sent by ${integration} in time` });
}
