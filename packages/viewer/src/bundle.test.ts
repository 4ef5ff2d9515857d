import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { shipped } from './shipped.js';

const { bundle } = shipped();
const MOST_BYTES = 1.5 * 1024 * 1024;

describe('the shipped page', () => {
  it('takes at most 1.5 MB compressed', () => {
    const sizes = readdirSync(bundle).map((name) => gzipSync(readFileSync(join(bundle, name))).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
  });

  it('names the software in it with the licences', () => {
    const notices = readFileSync(join(bundle, 'NOTICES.txt'), 'utf8');
    for (const name of ['@grafana/ui', '@grafana/data', 'react', 'uplot', '@fontsource-variable/inter']) {
      expect(notices).toMatch(new RegExp(`^${name} [\\d.]+ \\((Apache-2.0|MIT|OFL-1.1)\\)$`, 'm'));
    }
    expect(notices).not.toMatch(/\((A?GPL|SSPL)/);
  });
});
