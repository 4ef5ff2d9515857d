import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const folder = join(import.meta.dirname, '../../.github/workflows');
const files = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

describe('the workflows', () => {
  it.each(files)('pin each action by its commit, and say which version that is: $name', ({ text }) => {
    const used = text.match(/uses: .*/g) ?? [];
    expect(used.length).toBeGreaterThan(0);
    for (const line of used) expect(line).toMatch(/^uses: [\w./-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it.each(files)('may only read, except in jobs that say what they write: $name', ({ text }) => {
    expect(parse(text).permissions).toEqual({ contents: 'read' });
  });

  it.each(files)('keep no credentials, and end at some time: $name', ({ text }) => {
    const { jobs } = parse(text) as { jobs: Record<string, Job> };
    for (const job of Object.values(jobs)) {
      expect(job['timeout-minutes']).toBeGreaterThan(0);
      const checkouts = job.steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
      for (const { with: given } of checkouts) expect(given).toEqual({ 'persist-credentials': false });
    }
  });

  it('look for known faults in what we depend on, for faults in our code, and for bad habits', () => {
    const security = files.find(({ name }) => name === 'security.yml')?.text ?? '';
    for (const tool of ['npm audit signatures', 'osv-scanner', 'codeql-action/analyze', 'scorecard-action'])
      expect(security).toContain(tool);
  });
});

interface Job {
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly { readonly uses?: string; readonly with?: object }[];
}
