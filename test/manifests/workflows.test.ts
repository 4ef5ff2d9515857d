import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDER = '.github/workflows';

/** What a job may do beside reading: say who it is to npm, and show findings on GitHub. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  'release.yml': ['id-token: write'],
  'security.yml': ['security-events: write', 'security-events: write'],
};

describe.each(readdirSync(FOLDER))('the workflow %s', (file) => {
  const text = readFileSync(`${FOLDER}/${file}`, 'utf8');

  it('uses actions at a commit that nobody can move, and says which version that is', () => {
    const uses = text.split('\n').filter((line) => line.includes('uses:'));
    expect(uses).not.toEqual([]);
    for (const line of uses)
      expect(line).toMatch(/uses: [\w-]+\/[\w-]+(\/[\w-]+)?@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may read the repository, and nothing else but what one of its jobs is for', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n/m);
    expect(text.match(/[\w-]+: write\b/g) ?? []).toEqual(WRITES[file] ?? []);
  });

  it('runs only commands of the project that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const [, name = ''] of text.matchAll(/npm run ([\w:-]+)/g))
      expect(Object.keys(scripts)).toContain(name);
  });
});
