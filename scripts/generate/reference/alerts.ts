import { ruleGroups } from '../../../alerts/groups.js';
import { SERVER_LABELS } from '../../../alerts/options.js';
import { type AlertRule, isAlert } from '../../../alerts/rule.js';
import { path } from '../../../alerts/template.js';
import { DEFAULT_THRESHOLDS, type Thresholds } from '../../../alerts/thresholds.js';
import { thresholdTexts } from './thresholds.js';

type Threshold = keyof Thresholds;

/** The template for the server's name in the text of an alert. */
const SERVER = path(SERVER_LABELS);

const alerts = (): AlertRule[] => ruleGroups().flatMap(({ rules }) => rules.filter(isAlert));

/** docs/reference/alerts.md: each alert with its own address. */
export function alertsReference(): string {
  const all = alerts();
  const names = [...new Set(all.map(({ alert }) => alert))];
  const used = thresholdsByAlert();
  const texts = thresholdTexts();
  return `# Alerts

<!-- Generated from alerts/ by \`npm run generate\`. -->

What each alert means, what it asks Prometheus, and which thresholds you can set. [Alerts and SLOs](../alerts.md) says how to set them, and
how to change the severity and the delay, or to switch an alert off. [SLOs and alerts](../../alerts/README.md) lists all of them in tables.

${names.map((name) => section(name, all, used.get(name) ?? [])).join('\n\n')}

## Thresholds

Set them under \`alerts.thresholds\` in the file for \`pmcp-observability alerts --options\`. Shares are from 0 to 1, times are in seconds.

${(Object.keys(DEFAULT_THRESHOLDS) as Threshold[]).map((name) => threshold(name, texts[name], used)).join('\n\n')}
`;
}

function section(name: string, all: readonly AlertRule[], used: readonly Threshold[]): string {
  const rules = all.filter(({ alert }) => alert === name);
  const [first] = rules as [AlertRule];
  const options = used.map(
    (option) => `[\`${option}\`](#${option.toLowerCase()}) (${DEFAULT_THRESHOLDS[option]})`,
  );
  return `## ${name}

${first.annotations.summary} ${plainly(first.annotations.description)}

- Severity ${first.labels.severity}, ${first.for === undefined ? 'fires at once' : `fires after ${first.for}`}
- Thresholds: ${options.join(', ') || 'none'}
- Runbook: [${name}](../../alerts/runbooks/${name}.md)

${rules.map(({ expr }) => `\`\`\`promql\n${expr}\n\`\`\``).join('\n\n')}`;
}

/** Returns a template of Prometheus in a readable form: with the names of labels in place of their values. */
function plainly(template: string): string {
  return template
    .replaceAll(SERVER, '‹server›')
    .replaceAll(/\{\{ with \$labels\.\w+ \}\}(.*?)\{\{ end \}\}/g, (_, inner: string) => inner)
    .replaceAll(/\{\{ \$labels\.(\w+)[^}]*\}\}/g, '‹$1›')
    .replaceAll(/\{\{[^}]*\$value[^}]*\}\}/g, '‹value›')
    .replaceAll(/\{\{[^}]*\}\}/g, '')
    .replaceAll(/\s+/g, ' ');
}

/** Finds the thresholds that each alert reads: a change of the threshold changes the alert, or a series that it reads. */
function thresholdsByAlert(): ReadonlyMap<string, readonly Threshold[]> {
  const before = asked();
  const found = new Map<string, Threshold[]>();
  for (const name of Object.keys(DEFAULT_THRESHOLDS) as Threshold[]) {
    for (const [i, { alert, all }] of asked({ [name]: other(name) }).entries()) {
      const known = found.get(alert) ?? [];
      if (all !== before[i]?.all && !known.includes(name)) found.set(alert, [...known, name]);
    }
  }
  return found;
}

/** Returns what each alert asks, with what the series are recorded from that it reads. */
function asked(thresholds: Partial<Thresholds> = {}): { readonly alert: string; readonly all: string }[] {
  const rules = ruleGroups({ thresholds }).flatMap(({ rules }) => rules);
  const recordings = rules.flatMap((rule) => (isAlert(rule) ? [] : [rule]));
  return rules.filter(isAlert).map(({ alert, expr }) => {
    const read = recordings.filter(({ record }) => expr.includes(record));
    return { alert, all: [expr, ...read.map((rule) => rule.expr)].join('\n') };
  });
}

/**
 * Returns another value that the threshold may have.
 * The threshold for a tool's time must be a bound of a bucket.
 */
function other(name: Threshold): number {
  return DEFAULT_THRESHOLDS[name] / 2;
}

function threshold(name: Threshold, text: string, used: ReadonlyMap<string, readonly Threshold[]>): string {
  const readers = [...used].filter(([, names]) => names.includes(name)).map(([alert]) => alert);
  if (readers.length === 0) throw new Error(`Expected an alert that reads the threshold ${name}`);
  const links = readers.map((alert) => `[${alert}](#${alert.toLowerCase()})`);
  if (!text) throw new Error(`Expected the threshold ${name} to have a comment that says what it means`);
  return `### \`${name}\`\n\n${text} Default: ${DEFAULT_THRESHOLDS[name]}. Used by ${links.join(', ')}.`;
}
