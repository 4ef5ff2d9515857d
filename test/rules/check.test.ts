import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../alerts/check-template.js';
import { ruleGroups } from '../../alerts/groups.js';
import { ruleFile } from '../../alerts/output/rules.js';
import { HISTOGRAM_FORMS } from '../../prometheus/promql.js';
import type { Generation } from '../support/generation.js';
import { promtool } from '../support/promtool.js';
import { withFiles } from './promtool.js';

const generated = join(import.meta.dirname, '../../alerts/generated');

describe.each<Generation>(['2', '3'])('promtool of Prometheus %s', (generation) => {
  const check = (...files: string[]) =>
    promtool(generation, 'check', 'rules', '--lint=all', '--lint-fatal', ...files);

  it.each(['recording-rules.yaml', 'alert-rules.yaml'])('accepts %s', async (file) => {
    expect(await check(join(generated, file))).toContain('SUCCESS');
  });

  it('accepts the rules at any speed of time', async () => {
    const files = { 'rules.yaml': ruleFile(ruleGroups({ scale: 0.01 })) };
    expect(await withFiles(files, (folder) => check(join(folder, 'rules.yaml')))).toContain('SUCCESS');
  });

  it.each(HISTOGRAM_FORMS)('accepts the rules for %s histograms', async (histograms) => {
    const files = { 'rules.yaml': ruleFile(ruleGroups({ histograms })) };
    expect(await withFiles(files, (folder) => check(join(folder, 'rules.yaml')))).toContain('SUCCESS');
  });

  it.each([
    '{{ $labels.job }} {{ $value | humanizePercentage }}',
    '{{ with $labels.cluster }}{{ . }}/{{ end }}',
    '{{ $labels.job',
    '{{ }}',
    '{{ $value | }}',
    '{{ "a }}',
    '{{ $value | humanise }}',
    '{{ if $value }}x',
    'x{{ end }}',
  ])('agrees with the build whether %s is a template', async (text) => {
    const rule = { alert: 'Any', expr: 'up == 0', annotations: { summary: text } };
    const file = JSON.stringify({ groups: [{ name: 'any', rules: [rule] }] });
    const found = await withFiles({ 'rules.yaml': file }, (folder) => check(join(folder, 'rules.yaml'))).then(
      () => undefined,
      (error: Error) => error,
    );
    const built = () => checkTemplate('summary', text);
    if (found === undefined) expect(built).not.toThrow();
    else expect(built, found.message).toThrow('a template that parses');
  });
});
