import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { allDashboards } from '../../dashboards/dashboards.js';
import { requireTool } from '../../scripts/tools/index.js';
import { run } from '../../scripts/tools/run.js';
import { filled, opened } from './fill.js';
import { type Dashboard, queriesOf } from './model.js';

const dashboards = allDashboards() as unknown as Dashboard[];

it.each(dashboards)('promtool accepts every query of $title', async (dashboard) => {
  const values = opened(dashboard);
  const texts = [
    ...queriesOf(dashboard, 'prometheus').map(({ text }) => text),
    ...dashboard.annotations.list.map(({ expr }) => expr),
  ];
  const rules = texts.map((text, index) => ({ record: `panel:query:${index}`, expr: filled(text, values) }));
  await check(stringify({ groups: [{ name: 'panels', rules }] }));
});

it('promtool rejects an invalid query', async () => {
  const wrong = stringify({ groups: [{ name: 'panels', rules: [{ record: 'x', expr: 'rate(up)' }] }] });
  await expect(check(wrong)).rejects.toThrow('promtool');
});

async function check(rules: string): Promise<void> {
  const { path } = await requireTool('promtool');
  const folder = await mkdtemp(join(tmpdir(), 'pmcp-panels-'));
  try {
    await writeFile(join(folder, 'rules.yaml'), rules);
    await run(path, ['check', 'rules', join(folder, 'rules.yaml')]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
