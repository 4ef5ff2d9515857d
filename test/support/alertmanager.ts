import { Children } from '../../scripts/start/children.js';
import { startedAlertmanager } from './started-alertmanager.js';
import { until } from './until.js';

type Labels = Readonly<Record<string, string>>;

interface Told {
  readonly labels: Labels;
  readonly status: { readonly inhibitedBy: readonly string[] };
}

/** Alerts are processed in order: once this pair is processed, all earlier alerts are too. */
const LAST = [{ alertname: 'LastSource' }, { alertname: 'LastTarget' }];
const LAST_RULE = {
  source_matchers: ['alertname="LastSource"'],
  target_matchers: ['alertname="LastTarget"'],
};

const HOUR_MS = 3_600_000;

/** A real Alertmanager that gets its alerts from a test. */
export class Alertmanager {
  private constructor(
    private readonly children: Children,
    readonly url: string,
  ) {}

  static async start(config: object & { readonly inhibit_rules?: readonly object[] }): Promise<Alertmanager> {
    const children = new Children(() => {});
    const inhibit_rules = [...(config.inhibit_rules ?? []), LAST_RULE];
    const { origin } = await startedAlertmanager(children, JSON.stringify({ ...config, inhibit_rules }));
    return new Alertmanager(children, origin);
  }

  /** Sends alerts, returns the names of the inhibited ones, and then resolves all. */
  async inhibited(alerts: readonly Labels[]): Promise<string[]> {
    const endsAt = new Date(Date.now() + HOUR_MS);
    await this.tell(alerts, endsAt);
    await this.tell(LAST, endsAt);
    await until(async () => (await this.kept()).includes('LastTarget'));
    const kept = await this.kept();
    await this.tell([...alerts, ...LAST], new Date());
    await until(async () => (await this.told()).length === 0);
    return kept.filter((name) => name !== 'LastTarget').sort();
  }

  async stop(): Promise<void> {
    await this.children.stop();
  }

  private async tell(alerts: readonly Labels[], endsAt: Date): Promise<void> {
    const startsAt = new Date(Date.now() - HOUR_MS);
    const body = JSON.stringify(alerts.map((labels) => ({ labels, startsAt, endsAt })));
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${this.url}/api/v2/alerts`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`Alertmanager took no alerts: ${await answer.text()}`);
  }

  private async kept(): Promise<string[]> {
    const told = await this.told();
    return told
      .filter(({ status }) => status.inhibitedBy.length > 0)
      .map(({ labels }) => String(labels.alertname));
  }

  private async told(): Promise<Told[]> {
    return (await (await fetch(`${this.url}/api/v2/alerts`)).json()) as Told[];
  }
}
