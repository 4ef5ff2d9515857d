import { spawn } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../packages/doctor/src/checks/registry.js';
import { freePort } from '../../../scripts/free-port.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { CLI, ended } from '../../support/proxy.js';

const DOCTOR = join(import.meta.dirname, '../../../packages/doctor/dist/cli.js');
const EXAMPLE = join(import.meta.dirname, '../../../examples/kubernetes/base');

async function run(args: readonly string[], { cwd = temporaryFolder('doctor'), program = DOCTOR } = {}) {
  const words = program === CLI ? ['doctor', ...args] : args;
  const child = spawn(process.execPath, [program, ...words], { cwd, stdio: 'pipe' });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  return { ...(await ended(child)), out, err };
}

/** A deployment with one fault. */
function withFault(): string {
  const folder = temporaryFolder('doctor');
  cpSync(EXAMPLE, folder, { recursive: true });
  const text = readFileSync(join(EXAMPLE, 'deployment.yaml'), 'utf8');
  writeFileSync(join(folder, 'deployment.yaml'), text.replace('/health/ready', '/ready'));
  return folder;
}

describe('pmcp-doctor', () => {
  it.each([DOCTOR, CLI])('ends with 0 and says so where nothing is found: %s', async (program) => {
    const { code, out, err } = await run(['--manifests', EXAMPLE], { program });
    expect(code).toBe(0);
    expect(out).toMatch(/^nothing found, \d+ checks passed$/m);
    expect(err).toMatch(/^Manifests: \d+ of \d+ checks run, 0 found something, [\d.]+ s\n$/);
  });

  it('ends with 1, and its first line is the first step that breaks', async () => {
    const port = await freePort();
    const { code, out } = await run(['--url', `http://127.0.0.1:${port}/mcp`]);
    expect(code).toBe(1);
    expect(out).toMatch(/^PMCP-D001 nobody listens at 127\.0\.0\.1:\d+: connect ECONNREFUSED/);
    expect(out).not.toMatch(/PMCP-D0(?!01)/);
  });

  it.each([
    [[], 'doctor needs something to look at'],
    [['--url', 'ftp://x'], 'expected --url to be an http or https URL'],
    [['--manifests', '.', '--only', 'PMCP-D06'], 'did you mean PMCP-D0'],
    [['--manifests', '.', '--skip', 'sever'], 'did you mean server?'],
    [['--manifests', '.', '--report', 'doctor.txt'], 'expected --report to name files that end with .json'],
    [['--manifests', '.', '--token-file', 'promtheus=x'], 'expected --token-file to be NAME=FILE'],
  ])('ends with 2 where it is told nonsense: %j', async (args, message) => {
    const { code, out, err } = await run(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  it.each([['--help'], ['-h'], ['help']])(
    'calls itself by the name that it is started by: %s',
    async (word) => {
      const { code, out } = await run([word]);
      expect(code).toBe(0);
      expect(out).toMatch(/^pmcp-doctor \[flags\]\n/);
      expect(out).toContain('9 more flags: pmcp-doctor --help all');
      expect(out).not.toContain('pmcp-observability');
    },
  );

  it('says its version', async () => {
    expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });

  it('can be started by its file in a clone', () => {
    expect(statSync(DOCTOR).mode & 0o111).toBe(0o111);
  });

  it('says in one line what else it could check', async () => {
    const { out } = await run(['--manifests', EXAMPLE]);
    const more = out.split('\n').filter((line) => line.startsWith('  - '));
    expect(more.slice(-1)).toEqual([
      expect.stringMatching(/^ {2}- more checks with --url \(\d+\), .*--grafana \(\d+\)/),
    ]);
  });

  it('colours for people only', async () => {
    const { out } = await run(['--manifests', withFault()]);
    expect(out).not.toContain('\u001b');
  });

  it('writes what CI and programs read, all with the same finding', async () => {
    const [cwd, manifests] = [temporaryFolder('reports'), withFault()];
    const { code, out } = await run(
      ['--manifests', manifests, '--json', '--report', 'a.json,b.sarif,c.xml'],
      { cwd },
    );
    expect(code).toBe(1);
    const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
    const where = { file: join(manifests, 'deployment.yaml'), line: expect.any(Number) };
    expect(
      JSON.parse(out).checks.filter(({ outcome }: { outcome: string }) => outcome === 'found'),
    ).toMatchObject([{ code: 'PMCP-D062', findings: [{ where }] }]);
    expect(Object.keys(JSON.parse(read('a.json')))).toEqual(['checks']);
    const [{ results }] = JSON.parse(read('b.sarif')).runs;
    expect(results).toMatchObject([{ ruleId: 'PMCP-D062', level: 'error' }]);
    expect(read('c.xml')).toMatch(/<failure message="Deployment notes: readinessProbe asks \/ready[^>]*>/);
  });

  it('shows how it would repair manifests, and does so when it is told, with everything else left as it is', async () => {
    const manifests = temporaryFolder('doctor');
    cpSync(join(EXAMPLE, '..'), manifests, { recursive: true });
    const spoil = (file: string, text: string, instead: string) => {
      const path = join(manifests, file);
      writeFileSync(path, readFileSync(path, 'utf8').replace(text, instead));
    };
    const read = (file: string) => readFileSync(join(manifests, file), 'utf8');
    spoil('base/deployment.yaml', '/health/ready', '/ready # why not');
    spoil('base/deployment.yaml', '      terminationGracePeriodSeconds: 45\n', '');
    spoil('keda/scaled-object.yaml', "        ignoreNullValues: 'false'\n", '');
    const [before, keda] = [read('base/deployment.yaml'), read('keda/scaled-object.yaml')];
    const shown = await run(['--manifests', manifests, '--fix', 'diff']);
    expect(shown.code).toBe(1);
    expect(shown.out).toMatch(/^-\s+path: \/ready # why not\n\+\s+path: \/health\/ready # why not$/m);
    expect(shown.out).toMatch(/^\+\s+terminationGracePeriodSeconds: 45$/m);
    expect([read('base/deployment.yaml'), read('keda/scaled-object.yaml')]).toEqual([before, keda]);

    await run(['--manifests', manifests, '--fix', 'write']);
    const after = read('base/deployment.yaml').split('\n');
    expect(after).toHaveLength(before.split('\n').length + 1);
    expect(after.filter((line) => !before.split('\n').includes(line))).toEqual([
      '      terminationGracePeriodSeconds: 45',
      '              path: /health/ready # why not',
    ]);
    expect((await run(['--manifests', manifests])).code).toBe(0);
  });

  it.each([
    ['counts no more what a file gives a reason for', 'reason: as agreed', 0],
    ['counts it again after its day', 'reason: as agreed, until: 2020-01-01', 1],
    ['counts it until its day', 'reason: as agreed, until: 2999-01-01', 0],
    ['takes no entry without a reason', 'until: 2999-01-01', 2],
  ])('%s', async (_, rest, expected) => {
    const cwd = withFault();
    writeFileSync(join(cwd, '.pmcp-doctor.yaml'), `skip: [{ code: PMCP-D062, ${rest} }]\n`);
    const { code, out, err } = await run(['--manifests', '.'], { cwd });
    expect(code, out + err).toBe(expected);
    if (expected === 0) expect(out).toContain('PMCP-D062 left out: as agreed');
  });
});

describe('the checks', () => {
  it('have codes that are in order, and of their own', () => {
    const codes = CHECKS.map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)]);
    for (const code of codes) expect(code).toMatch(/^PMCP-D\d{3}$/);
  });

  it('come after what explains them', () => {
    for (const [i, { code, after = [] }] of CHECKS.entries())
      for (const cause of after)
        expect(
          CHECKS.slice(0, i).map((check) => check.code),
          code,
        ).toContain(cause);
  });

  it('have a broken set-up each', () => {
    const folder = import.meta.dirname;
    const tests = readdirSync(folder).filter((name) => name !== 'command.test.ts');
    const text = tests.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
    expect(CHECKS.map(({ code }) => code).filter((code) => !text.includes(`'${code}': [`))).toEqual([]);
  });

  it('say in sentences why they matter and what to do', () => {
    for (const { title, why, cure, rights } of CHECKS)
      expect([title, why, cure, rights].filter((text) => !/^[A-Z`].*[.`]$/.test(text))).toEqual([]);
  });
});
