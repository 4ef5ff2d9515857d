import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ruleGroups } from './groups.js';
import { isAlert } from './rule.js';

const { repository } = JSON.parse(readFileSync('package.json', 'utf8'));
const url = repository.url.replace(/^git\+|\.git$/g, '');
const alerts = ruleGroups().flatMap(({ rules }) => rules.filter(isAlert));

describe('the default links of alerts', () => {
  it.each(alerts)('lead to an existing runbook and page of the repository: $alert', ({ annotations }) => {
    const [runbook, dashboard] = [annotations.runbook_url, annotations.dashboard_url].map(String);
    expect(runbook).toMatch(`${url}/blob/main/`);
    expect(existsSync(runbook!.replace(`${url}/blob/main/`, ''))).toBe(true);
    expect(dashboard).toMatch(`${url}/tree/main/`);
    expect(existsSync(dashboard!.replace(`${url}/tree/main/`, '').replace(/\?.*/, '/README.md'))).toBe(true);
  });
});
