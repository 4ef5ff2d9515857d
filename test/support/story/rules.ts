import { ruleGroups } from '../../../alerts/groups.js';
import { type AlertRule, isAlert } from '../../../alerts/rule.js';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];
/** Queries the Prometheus that has the story. */
export type Ask = (query: string, time: number) => Promise<readonly Sample[]>;

const MINUTE = 60;

/**
 * Returns what Prometheus would have answered to `/api/v1/rules` at a time of the story. The Prometheus of
 * the story has no rules, because it only reads recorded data.
 */
export async function rulesAt(ask: Ask, time: number): Promise<object> {
  const firing = await ask('ALERTS{alertstate="firing"}', time);
  const groups = ruleGroups().map(async ({ name, rules }) => ({
    name,
    interval: MINUTE,
    rules: await Promise.all(rules.filter(isAlert).map((rule) => ruleAt(rule, firing, ask, time))),
  }));
  return { status: 'success', data: { groups: await Promise.all(groups) } };
}

async function ruleAt(rule: AlertRule, firing: readonly Sample[], ask: Ask, time: number): Promise<object> {
  const of = firing.filter(([labels]) => isOf(rule, labels));
  const [burning = []] = await Promise.all(of.length > 0 ? [ask(rule.expr, time)] : []);
  const alerts = of.map(async ([{ alertstate: _, __name__: __, ...labels }]) => {
    const [, value = Number.NaN] = burning.find(([found]) => agree(found, labels)) ?? [];
    const annotations = Object.entries(rule.annotations).map(([name, text]) => [
      name,
      said(text, labels, value),
    ]);
    const activeAt = new Date((await since(labels, ask, time)) * 1000).toISOString();
    return {
      labels,
      annotations: Object.fromEntries(annotations),
      state: 'firing',
      activeAt,
      value: String(value),
    };
  });
  return {
    type: 'alerting',
    name: rule.alert,
    query: rule.expr,
    duration: Number.parseInt(rule.for ?? '0', 10) * MINUTE,
    labels: rule.labels,
    annotations: rule.annotations,
    state: of.length > 0 ? 'firing' : 'inactive',
    health: 'ok',
    alerts: await Promise.all(alerts),
  };
}

/**
 * Returns whether these labels are of this rule.
 * Burn rates have one rule for each window, and the story has the fastest.
 */
function isOf({ alert, labels: { window = '1h' } }: AlertRule, labels: Labels): boolean {
  return labels.alertname === alert && window === '1h';
}

function agree(found: Labels, labels: Labels): boolean {
  return Object.entries(found).every(([name, value]) => labels[name] === undefined || labels[name] === value);
}

/** Returns when the alert began to fire. In the story each alert fires only once, without a break. */
async function since(labels: Labels, ask: Ask, time: number): Promise<number> {
  const of = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  const [first] = await ask(`min_over_time(timestamp(ALERTS{${of}})[2h:1m])`, time);
  return first?.[1] ?? time;
}

/** Fills a template of Prometheus. Supports only what our rules use. */
function said(text: string, labels: Labels, value: number): string {
  return text
    .replace(
      /\{\{ with \$labels\.(\w+) \}\}\{\{ \. \}\}(.*?)\{\{ end \}\}/g,
      (_, name: string, behind: string) => (labels[name] === undefined ? '' : `${labels[name]}${behind}`),
    )
    .replace(/\{\{ \$labels\.(\w+)(?: \| urlquery)? \}\}/g, (_, name: string) => labels[name] ?? '')
    .replace(/\{\{ \$value \| humanizePercentage \}\}/g, () => `${Number((value * 100).toPrecision(4))}%`)
    .replace(/\{\{ \$value \| \w+ \}\}/g, () => String(Number(value.toPrecision(4))));
}
