import type { Labels } from './legend.js';

/** The alerting rules as Prometheus returns them. */
export interface RuleGroups {
  readonly groups: readonly {
    readonly name: string;
    readonly interval: number;
    readonly rules: readonly Rule[];
  }[];
}

export interface Rule {
  readonly type: string;
  readonly name: string;
  readonly query: string;
  /** How many seconds the query must hold before the alert fires. */
  readonly duration: number;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: string;
  readonly health: string;
  readonly lastError?: string;
  readonly alerts?: readonly ActiveAlert[];
}

interface ActiveAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: string;
  readonly activeAt?: string;
  readonly value: string;
}

/** A firing or pending alert, with its rule. */
export interface Alert {
  readonly key: string;
  readonly name: string;
  readonly state: 'firing' | 'pending';
  readonly severity: string;
  readonly sinceMs: number;
  readonly value: number;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly rule: Rule;
}

/** An alert that always fires, so that its absence shows that alerting is broken. */
const HEARTBEAT = 'Watchdog';
const SEVERITIES = ['critical', 'warning', 'info'];

/** Returns the active alerts, worst first: firing before pending, critical before warning, old before new. */
export function activeAlerts({ groups }: RuleGroups): Alert[] {
  const rules = groups.flatMap((group) => group.rules).filter(({ type }) => type === 'alerting');
  return rules
    .filter(({ name }) => name !== HEARTBEAT)
    .flatMap((rule) => (rule.alerts ?? []).flatMap((alert) => toAlert(rule, alert)))
    .sort(byWeight);
}

/** Returns the rules without an active alert. */
export function quietRules({ groups }: RuleGroups): Rule[] {
  const rules = groups.flatMap((group) => group.rules).filter(({ type }) => type === 'alerting');
  return rules.filter(({ alerts }) => (alerts ?? []).length === 0).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function toAlert(rule: Rule, { labels, annotations, state, activeAt, value }: ActiveAlert): Alert[] {
  if (state !== 'firing' && state !== 'pending') return [];
  const { alertname = rule.name, ...rest } = labels;
  const severity = labels.severity ?? 'none';
  // Several rules with different windows raise the same alert. Only the labels distinguish them.
  const key = JSON.stringify(Object.entries(labels).sort());
  const sinceMs = activeAt === undefined ? Date.now() : Date.parse(activeAt);
  return [
    { key, name: alertname, state, severity, sinceMs, value: Number(value), labels: rest, annotations, rule },
  ];
}

function byWeight(a: Alert, b: Alert): number {
  const state = Number(a.state === 'pending') - Number(b.state === 'pending');
  return state || rank(a) - rank(b) || a.sinceMs - b.sinceMs || (a.key < b.key ? -1 : 1);
}

function rank({ severity }: Alert): number {
  const index = SEVERITIES.indexOf(severity);
  return index < 0 ? SEVERITIES.length : index;
}

export interface Threshold {
  /** The part of the query that is compared with the limit. */
  readonly expression: string;
  readonly operator: string;
  readonly limit: string;
}

const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?`;
const COMPARISON = new RegExp(
  String.raw`\s*(>=|<=|==|!=|>|<)\s*(?:bool\s+)?(${NUMBER})(?=\s*(?:$|\)|and\b|or\b|unless\b))`,
  'g',
);

/**
 * Finds what the value of an alert is compared with: the first comparison with a number that is outside of
 * parentheses. In `absent(a > 0)` and `a / (b > 0)`, the comparison has another purpose.
 */
export function thresholdOf(query: string): Threshold | undefined {
  const bare = query.trim();
  for (const { index, 1: operator, 2: limit } of outsideOfQuotes(bare).matchAll(COMPARISON)) {
    const expression = bare.slice(0, index);
    if (operator !== undefined && limit !== undefined && isBalanced(expression))
      return { expression, operator, limit };
  }
  return undefined;
}

/** Blanks out strings and selectors, whose text may look like a comparison. The rest keeps its position. */
function outsideOfQuotes(query: string): string {
  return query
    .replace(/"(?:\\.|[^"\\])*"/g, (text) => ' '.repeat(text.length))
    .replace(/\{[^}]*\}/g, (text) => 'x'.repeat(text.length));
}

function isBalanced(text: string): boolean {
  return text.split('(').length === text.split(')').length;
}

/** Returns the file name of the runbook that an alert links to. */
export function runbookOf({ name, annotations }: Pick<Alert, 'name' | 'annotations'>): string {
  const last =
    (annotations.runbook_url ?? '')
      .replace(/[?#].*$/, '')
      .split('/')
      .at(-1) ?? '';
  return /^[\w-]+\.md$/.test(last) ? last : `${name}.md`;
}

/** Formats an age in its two largest units. */
export function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
