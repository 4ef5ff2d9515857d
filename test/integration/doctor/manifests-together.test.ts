import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { diagnosis } from '../../support/doctor.js';

const BASE = join(import.meta.dirname, '../../../examples/kubernetes/base');
const NAMES = ['deployment', 'service', 'pod-disruption-budget', 'network-policy'] as const;
type Name = (typeof NAMES)[number];

/** Which object is in another namespace than the rest, by the code that says so. */
const APART: Readonly<Record<string, readonly Name[]>> = {
  'PMCP-D099': [...NAMES],
};

/** The objects of a server without a kustomization, each in a namespace that it names itself. */
function folderWith(change: (name: Name, text: string) => string): string {
  const folder = temporaryFolder('doctor');
  for (const name of NAMES) {
    const text = readFileSync(join(BASE, `${name}.yaml`), 'utf8');
    const placed = text.replace('metadata:\n', 'metadata:\n  namespace: shop\n');
    writeFileSync(join(folder, `${name}.yaml`), change(name, placed));
  }
  return folder;
}

describe('the doctor before objects of one server', () => {
  it('finds nothing wrong where all are in one namespace', async () => {
    expect(await diagnosis({ manifests: folderWith((_, text) => text) })).toEqual({});
  });

  const apart = Object.entries(APART).flatMap(([code, names]) => names.map((name) => [code, name] as const));
  it.each(apart)('says %s where only the %s is in another namespace', async (code, apart) => {
    const manifests = folderWith((name, text) =>
      name === apart ? text.replace('namespace: shop', 'namespace: shop-prod') : text,
    );
    expect(Object.keys(await diagnosis({ manifests }))).toEqual([code]);
  });

  it.each([
    ['pod-disruption-budget', 'PodDisruptionBudget'],
    ['network-policy', 'NetworkPolicy'],
  ])('names the labels that the %s should have', async (misspelt, kind) => {
    const manifests = folderWith((name, text) =>
      name === misspelt ? text.replace(/(atchLabels:\n\s+app.kubernetes.io\/name: note)s/, '$1') : text,
    );
    const labels = (name: string) => JSON.stringify({ 'app.kubernetes.io/name': name });
    expect(Object.values(await diagnosis({ manifests })).flat()).toEqual([
      `${kind} notes selects ${labels('note')}, which no pod has: Deployment notes has ${labels('notes')}`,
    ]);
  });
});
