import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ruleGroups } from '../../../alerts/groups.js';
import { ruleFile } from '../../../alerts/output/rules.js';
import { isAlert, type RecordingRule, type Rule } from '../../../alerts/rule.js';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { requireTool } from '../../../scripts/tools/index.js';
import { run } from '../../../scripts/tools/run.js';
import { ofGeneration } from '../../support/generation.js';
import { StoryPrometheus } from '../../support/story/serve.js';
import { openVictoriaMetrics } from '../stores.js';
import { exported, type Points, ranged, type Span } from './points.js';

/** Stores delete what is older than a month, and the story is. */
const KEPT = '-retentionPeriod=100y';
/**
 * How old the last sample of a series may be: 5 minutes, as in Prometheus. A vmalert that does not replay asks for
 * this itself. A server that ends is marked as ended, but not in the story.
 */
const LOOKBACK = '-search.minStalenessInterval=5m';

/** Begins the names of the series that have the conditions of alerts. */
export const CONDITION = 'condition:';

/** All shipped rules. Alerts are recorded too: the value of their condition, while it holds. */
export const GROUPS = ruleGroups().map(({ rules, ...group }) => ({ ...group, rules: rules.map(recordedAs) }));

function recordedAs(rule: Rule): RecordingRule {
  if (!isAlert(rule)) return rule;
  const { window } = rule.labels;
  return { record: `${CONDITION}${rule.alert}`, expr: rule.expr, ...(window && { labels: { window } }) };
}

/**
 * The samples of the story in Prometheus and in VictoriaMetrics, and what vmalert records from the latter.
 * Every rule reads what Prometheus recorded, so one that differs spoils no other.
 */
export class Replayed {
  private readonly children = new Children((message) => this.deaths.push(message));
  readonly deaths: string[] = [];
  private readonly story = new StoryPrometheus();
  private prometheus!: Prometheus;
  private results = '';
  store = '';

  async start(span: Span): Promise<void> {
    await this.story.record();
    const { folder } = this.story;
    const open = async (name: string) =>
      (await openVictoriaMetrics(this.children, join(folder, name), [KEPT, LOOKBACK])).url;
    [this.store, this.results] = [await open('samples'), await open('results')];
    await this.copy();
    await this.replay(span);
    this.prometheus = await this.serve();
  }

  async stop(): Promise<void> {
    await this.children.stop();
    await this.story.stop();
  }

  /** Returns what vmalert has recorded. */
  recorded(): Promise<Points> {
    return exported(this.results);
  }

  /** Returns what Prometheus answers for a rule that may have been changed. */
  async answered({ record, expr, labels = {} }: RecordingRule, span: Span): Promise<Points> {
    return ranged(this.prometheus.url, expr, span, { labels: { ...labels, __name__: record } });
  }

  /** Copies all samples of Prometheus with their times. */
  private async copy(): Promise<void> {
    const { path } = await ofGeneration('3', () => requireTool('promtool'));
    const args = ['tsdb', 'dump-openmetrics', join(this.story.folder, 'data')];
    const { stdout } = spawn(path, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const body = Readable.toWeb(stdout) as unknown as BodyInit;
    await posted(`${this.store}/api/v1/import/prometheus`, { body, duplex: 'half' });
    await posted(`${this.store}/internal/force_flush`);
  }

  private async replay({ start, end }: Span): Promise<void> {
    const { path } = await requireTool('vmalert');
    const rules = join(this.story.folder, 'replayed.yaml');
    writeFileSync(rules, ruleFile(GROUPS));
    const time = (seconds: number) => new Date(seconds * 1000).toISOString();
    await run(path, [
      `-rule=${rules}`,
      `-datasource.url=${this.store}`,
      `-remoteWrite.url=${this.results}`,
      `-replay.timeFrom=${time(start)}`,
      `-replay.timeTo=${time(end)}`,
      // No rule waits for another, since all read what Prometheus recorded.
      '-replay.rulesDelay=0',
      '-replay.disableProgressBar',
      '-evaluationInterval=1m',
    ]);
    await posted(`${this.results}/internal/force_flush`);
  }

  private async serve(): Promise<Prometheus> {
    const { folder } = this.story;
    const place = { address: `127.0.0.1:${await freePort()}`, folder };
    const flags = ['--storage.tsdb.retention.time=100y', '--enable-feature=promql-extended-range-selectors'];
    const spawned = this.children.start.bind(this.children);
    return ofGeneration('3', () => Prometheus.startWith('{}', spawned, { place, flags }));
  }
}

/** A body that is a stream needs `duplex`, which the types do not know. */
async function posted(url: string, init: RequestInit & { duplex?: 'half' } = {}): Promise<void> {
  const response = await fetch(url, { method: 'POST', ...init });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}
