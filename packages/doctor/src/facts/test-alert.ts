import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { CannotRun } from '../check.js';
import type { Context, Fact } from '../context.js';
import { ask } from '../net/ask.js';
import { beside } from '../net/beside.js';
import { addressOf } from '../report/address.js';
import { alertmanagerApi } from './alertmanager.js';
import { alertmanagerPage } from './alertmanager-page.js';
import type { Sample } from './samples.js';
import { authorities, authorization } from './secrets.js';

/** A test alert that was sent to Alertmanager. */
export interface TestAlert {
  readonly labels: Readonly<Record<string, string>>;
  /** Alertmanager's metrics about notifications before the alert. */
  readonly before: readonly Sample[];
  /** How Alertmanager handles the alert; undefined if it does not have it. */
  readonly known: KnownAlert | undefined;
}

interface KnownAlert {
  readonly receivers: readonly { readonly name: string }[];
  readonly status: {
    readonly state: string;
    readonly silencedBy: readonly string[];
    readonly inhibitedBy: readonly string[];
  };
}

const MINUTES = 5;
const PATIENCE_MS = 5_000;
const BETWEEN_MS = 250;

/** Returns the labels of an alert that must wake somebody. Its job is always new, so it joins no group that already waits. */
function labelsFor({ settings: { namespace } }: Context): Record<string, string> {
  const [place] = namespace;
  return {
    alertname: 'PmcpDoctorTest',
    severity: 'critical',
    job: `pmcp-doctor-${randomUUID().slice(0, 8)}`,
    ...(place !== undefined && { namespace: place }),
  };
}

/** Sends the alert once, and ends it after all checks. If that fails, it ends by itself. */
export const testAlert: Fact<TestAlert> = async (context) => {
  const labels = labelsFor(context);
  const before = await notificationMetrics(context);
  await tell(context, labels, MINUTES);
  context.onEnd(() => tell(context, labels, 0));
  return { labels, before, known: await appeared(context, labels) };
};

async function tell(context: Context, labels: TestAlert['labels'], minutes: number): Promise<void> {
  const annotations = {
    summary: 'TEST: nothing is wrong.',
    description: `Somebody tries on ${hostname()} whether alerts arrive: pmcp-observability doctor --send-test-alert. It ends by itself.`,
    runbook_url: addressOf('PMCP-D221'),
  };
  const [startsAt, endsAt] = [new Date(Date.now() - 1_000), new Date(Date.now() + minutes * 60_000)];
  const { status, body } = await ask(beside(context.settings.alertmanager!, 'api/v2/alerts'), {
    headers: authorization(context, 'alertmanager'),
    ca: authorities(context),
    post: [{ labels, annotations, startsAt, endsAt }],
    head: false,
  });
  if (status !== 200)
    throw new CannotRun(`Alertmanager answers ${status} to the test alert: ${body.slice(0, 200)}`);
}

async function appeared(context: Context, labels: TestAlert['labels']): Promise<KnownAlert | undefined> {
  const filter = encodeURIComponent(`job="${labels.job}"`);
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const [known] = await alertmanagerApi<KnownAlert[]>(context, `alerts?filter=${filter}`);
    const isSettled = known !== undefined && known.status.state !== 'unprocessed';
    if (isSettled || performance.now() > end || context.signal.aborted) return known;
    await delay(BETWEEN_MS);
  }
}

/** Reads Alertmanager's metrics about its notifications. */
export async function notificationMetrics(context: Context): Promise<readonly Sample[]> {
  const page = await alertmanagerPage(context);
  return page.filter(({ name }) => name.startsWith('alertmanager_notification'));
}
