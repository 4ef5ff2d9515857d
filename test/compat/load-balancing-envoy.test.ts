import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { run } from '../../scripts/tools/run.js';
import { temporaryFolder } from '../fixtures/temporary-folder.js';

const FOLDER = join(import.meta.dirname, '../../examples/load-balancing/envoy');
const shipped = readdirSync(FOLDER);
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

/** Reads a configuration by Envoy's own schema. Envoy itself, which load-balancing.test.ts runs, has no package for every system. */
let program: string;
beforeAll(async () => {
  program = join(temporaryFolder('envoy'), 'check');
  await run('go', ['build', '-o', program, '.'], { cwd: join(import.meta.dirname, 'envoy') });
});

function refused(text: string): string {
  return spawnSync(program, { input: JSON.stringify(parse(text)), encoding: 'utf8' }).stderr;
}

describe('Envoy', () => {
  it('has a configuration of each strategy', () => expect(shipped).toHaveLength(4));

  it.each(shipped)('knows every field and value of %s', (file) => {
    expect(refused(read(file))).toBe('');
  });

  it.each([
    ['lb_policy: LEAST_REQUEST', 'lb_policy: LEAST_CONN', 'LEAST_CONN'],
    ['header:', 'headr:', 'unknown field "headr"'],
    ['port_value: 8080', 'port_value: 80800', 'PortValue'],
  ])('refuses a mistake: %s as %s', (right, wrong, reason) => {
    const text = read('sessions.yaml');
    expect(refused(text.replace(right, wrong))).toContain(reason);
  });
});
