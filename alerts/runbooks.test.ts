import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownMetrics as realMetrics } from '../test/dashboards/known-metrics.js';
import { knownMetrics, metricsOf } from '../test/rules/label-flow.js';
import { ruleGroups } from './groups.js';
import { type AlertRule, isAlert, type RuleGroup } from './rule.js';

const folder = join(import.meta.dirname, 'runbooks');
const headings = runbookHeadings(ruleGroups());
const pages = readdirSync(folder).map((file) => ({
  alert: file.replace(/\.md$/, ''),
  text: readFileSync(join(folder, file), 'utf8'),
}));

/** The metrics that rules may read, and others that real exporters expose. */
const known = new Set([...knownMetrics, ...realMetrics()]);

const SECTIONS = [
  'What it means',
  'What users feel',
  'First look',
  'Likely causes',
  'What to do',
  'How to prevent it',
  'How to silence it',
];

describe('runbooks', () => {
  it('exist for every alert, and for nothing else', () => {
    expect(pages.map(({ alert }) => alert).sort()).toEqual([...headings.keys()].sort());
  });

  it('repeat nothing', () => {
    const paragraphs = pages.flatMap(({ text }) => text.split('\n\n').filter((part) => /^[A-Z]/.test(part)));
    const long = paragraphs.filter((part) => part.length > 60);
    expect(long.filter((part, index) => long.indexOf(part) !== index)).toEqual([]);
  });
});

describe.each(pages)('the runbook $alert', ({ alert, text }) => {
  it('begins with the message of the alert', () => {
    expect(text.startsWith(`${headings.get(alert)}\n`)).toBe(true);
  });

  it('has every section', () => {
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual(SECTIONS);
  });

  it('queries only metrics that exist', () => {
    const queries = [...text.matchAll(/```promql\n(.+?)\n```/gs)].map(([, query]) => String(query));
    expect(queries.length).toBeGreaterThan(0);
    for (const metric of queries.flatMap(metricsOf)) expect(known).toContain(metric);
  });

  it('shows how to silence just this alert', () => {
    expect(text).toContain(`alertname=${alert}`);
  });

  it('refers only to alerts that exist', () => {
    for (const [name] of text.matchAll(/\bPmcp[A-Z]\w+/g)) expect([...headings.keys()]).toContain(name);
  });
});

/** Returns how the runbook of each alert must begin, by name of the alert. */
function runbookHeadings(groups: readonly RuleGroup[]): ReadonlyMap<string, string> {
  return new Map(
    groups.flatMap(({ name, rules }) =>
      rules.filter(isAlert).map((rule) => [rule.alert, heading(name, rule)]),
    ),
  );
}

function heading(group: string, { alert, labels, annotations }: AlertRule): string {
  return `# ${alert}\n\n${annotations.summary} Severity ${labels.severity}, group ${group}.`;
}
