import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { faults } from '../../manifests/schema.js';
import { diagnosis } from '../../support/doctor.js';
import { LEAST, objectsIn, renderedText } from '../support/chart.js';
import { combinations, merged, pairwise, SWITCHES } from '../support/switches.js';

/** The validators have no schema of these groups. The API server has. */
const UNKNOWN = /^(gateway\.|networking\.istio\.io)/;

describe('the combinations of switches', () => {
  it('are few, and each position of a switch meets each of every other one', () => {
    const sizes = SWITCHES.map((positions) => positions.length);
    const choices = pairwise(sizes);
    expect(choices.length).toBeLessThan(30);
    sizes.forEach((size, i) => {
      sizes.forEach((other, j) => {
        const met = new Set(choices.map((choice) => `${choice[i]} ${choice[j]}`));
        expect(met.size).toBe(i === j ? size : size * other);
      });
    });
  });

  it.each(combinations)(
    'fit the schemas, and the doctor misses only what the user turned off: $title',
    async ({ values, missed }) => {
      const text = await renderedText(merged(LEAST, values));
      const known = objectsIn(text).filter(({ apiVersion }) => !UNKNOWN.test(apiVersion));
      expect((await Promise.all(known.map(faults))).flat()).toEqual([]);
      expect(Object.keys(await found(text)).sort()).toEqual([...missed].sort());
    },
  );
});

async function found(text: string): Promise<Record<string, string[]>> {
  const folder = temporaryFolder('rendered');
  writeFileSync(join(folder, 'notes.yaml'), text);
  return diagnosis({ manifests: folder });
}
