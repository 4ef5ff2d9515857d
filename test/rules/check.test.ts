import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { ruleFile } from '../../alerts/output/prometheus.js';
import type { Generation } from '../support/generation.js';
import { promtool } from '../support/promtool.js';
import { withFiles } from './promtool.js';

const generated = join(import.meta.dirname, '../../alerts/generated');

describe.each<Generation>(['2', '3'])('promtool of Prometheus %s', (generation) => {
  const check = (...files: string[]) =>
    promtool(generation, 'check', 'rules', '--lint=all', '--lint-fatal', ...files);

  it.each(['recording-rules.yaml', 'alert-rules.yaml'])('finds nothing wrong with %s', async (file) => {
    expect(await check(join(generated, file))).toContain('SUCCESS');
  });

  it('takes the rules at any speed of time', async () => {
    const files = { 'rules.yaml': ruleFile(ruleGroups({ scale: 0.01 })) };
    expect(await withFiles(files, (folder) => check(join(folder, 'rules.yaml')))).toContain('SUCCESS');
  });

  it('would find a template that does not parse', async () => {
    const broken = ruleFile(ruleGroups({ labels: { team: '{{ $labels.job' } }));
    await expect(
      withFiles({ 'rules.yaml': broken }, (folder) => check(join(folder, 'rules.yaml'))),
    ).rejects.toThrow('team');
  });
});
