import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { diagnosis, examined } from '../../support/doctor.js';

const EXAMPLES = join(import.meta.dirname, '../../../examples');

/** A text of one of the examples, and what stands there instead. */
type Change = readonly [file: string, text: string | RegExp, instead: string];

/** What is done to the examples, by the code that they then get. */
const BROKEN: Readonly<Record<string, readonly Change[]>> = {
  'PMCP-D060': [['kubernetes/base/service.yaml', 'spec:', 'spec: {{ .Values.spec }}']],
  'PMCP-D061': [
    ['kubernetes/base/deployment.yaml', / {10}livenessProbe:\n(?: {12}.*\n)+/, ''],
    ['kubernetes/base/deployment.yaml', / {10}readinessProbe:\n(?: {12}.*\n)+/, ''],
  ],
  'PMCP-D062': [
    ['kubernetes/base/deployment.yaml', '/health/ready', '/health/live'],
    ['kubernetes/base/deployment.yaml', '/health/live', '/healthz'],
    ['kubernetes/sidecar/deployment.yaml', '/health/ready', '/ready'],
  ],
};

const changes = Object.entries(BROKEN).flatMap(([code, rows]) =>
  rows.map(([file, text, instead]) => ({ code, file, text, instead })),
);

/** The examples in a folder of their own, with one of them changed. */
function broken({ file, text, instead }: (typeof changes)[number]): string {
  const folder = temporaryFolder('doctor');
  for (const part of ['kubernetes', 'compose'])
    cpSync(join(EXAMPLES, part), join(folder, part), { recursive: true });
  const before = readFileSync(join(folder, file), 'utf8');
  const after = before.replace(text, instead);
  expect(after, `expected ${file} to have ${text}`).not.toBe(before);
  writeFileSync(join(folder, file), after);
  return folder;
}

describe('the doctor before manifests', () => {
  it.each(['kubernetes', 'compose'])('finds nothing wrong with those of examples/%s', async (example) => {
    expect(await diagnosis({ manifests: join(EXAMPLES, example) })).toEqual({});
  });

  it.each(changes)('says $code and nothing else where $file has "$instead" for $text', async (change) => {
    expect(Object.keys(await diagnosis({ manifests: broken(change) }))).toEqual([change.code]);
  });

  it('names the file and the line', async () => {
    const manifests = broken({
      code: 'PMCP-D062',
      file: 'kubernetes/base/deployment.yaml',
      text: '/health/ready',
      instead: '/ready',
    });
    const found = (await examined({ manifests })).flatMap(({ outcome }) =>
      outcome.kind === 'found' ? outcome.findings : [],
    );
    const file = join(manifests, 'kubernetes/base/deployment.yaml');
    const line = readFileSync(file, 'utf8').split('\n').indexOf('              path: /ready') + 1;
    expect(found).toMatchObject([{ where: { file, line } }]);
  });

  it('says that there is nothing to look at', async () => {
    expect(Object.keys(await diagnosis({ manifests: temporaryFolder('empty') }))).toEqual(['PMCP-D060']);
  });
});
