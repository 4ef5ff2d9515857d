import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { OutputOptions } from '../../alerts/files.js';
import { requireTool } from '../../scripts/tools/index.js';
import { ALERTMANAGER } from '../support/alerting.js';
import { promtool, withFiles } from './promtool.js';

const root = join(import.meta.dirname, '../..');

/** Runs `npm run build:alerts -- --options … --out …`, after everything is built. */
async function build(folder: string, options: string) {
  const file = join(folder, 'options.json');
  await writeFile(file, options);
  const script = [
    '--import',
    'tsx',
    'scripts/alerts/main.ts',
    '--options',
    file,
    '--out',
    join(folder, 'out'),
  ];
  return promisify(execFile)(process.execPath, script, { cwd: root }).then(
    () => ({ code: 0, stderr: '' }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  );
}

describe('build:alerts with custom options', () => {
  it('writes rules and an Alertmanager configuration that follow them, as docs/alerts.md shows', async () => {
    const page = await readFile(join(root, 'docs/alerts.md'), 'utf8');
    const shown = JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? '') as OutputOptions;
    const options: OutputOptions = { ...shown, alerts: { ...shown.alerts, by: ['cluster', 'job'] } };
    await withFiles({}, async (folder) => {
      expect(await build(folder, JSON.stringify(options))).toEqual({ code: 0, stderr: '' });
      const out = join(folder, 'out');
      const rules = await readFile(join(out, 'alert-rules.yaml'), 'utf8');
      expect(rules).toContain('runbook_url: https://wiki.example.com/runbooks/PmcpToolErrors.md');
      expect(rules).toMatch(/alert: PmcpToolErrors\s+expr: .* > 0\.4\s/);
      expect(/alert: PmcpToolSlow[\s\S]*?severity: (\w+)/.exec(rules)?.[1]).toBe('critical');
      expect(rules).not.toContain('PmcpVersionSkew');
      const alertmanager = await readFile(join(out, 'alertmanager.yaml'), 'utf8');
      expect(alertmanager).toContain('https://hooks.example.com/alerts');
      expect(alertmanager).toMatch(/group_by:\s+- alertname\s+- cluster\s+- job\s/);
      const files = ['recording-rules.yaml', 'alert-rules.yaml'].map((name) => join(out, name));
      expect(await promtool('check', 'rules', '--lint=all', '--lint-fatal', ...files)).toContain('SUCCESS');
    });
  });

  it('accepts the options of alerts/README.md, and Alertmanager accepts the result', async () => {
    const readme = await readFile(join(root, 'alerts/README.md'), 'utf8');
    const shown = /```json\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const { path } = await requireTool('amtool', ALERTMANAGER);
    await withFiles({}, async (folder) => {
      expect(await build(folder, shown)).toEqual({ code: 0, stderr: '' });
      const file = join(folder, 'out/alertmanager.yaml');
      const { stdout } = await promisify(execFile)(path, ['check-config', file]);
      expect(stdout).toContain('SUCCESS');
      expect(await readFile(file, 'utf8')).toContain('team="payments"');
    });
  });

  it.each([
    ['{', 'to hold options as JSON'],
    ['{"alert":{}}', 'Expected `options` to be any of alerts, alertmanager, got "alert"'],
    ['{"alerts":{"thresholds":{"toolErrors":1}}}', 'Expected `thresholds` to be any of toolErrorShare'],
    ['{"alerts":{"by":["tool"]}}', 'Expected `by` to be labels among job'],
    ['{"alerts":{"labels":{"team":"{{ $labels.job"}}}', 'to be a template that parses'],
    ['{"alerts":{"change":{"PmcpNothing":false}}}', 'Expected `change` to be names of alerts'],
    ['{"alertmanager":{"receivers":{"webhok":{"url":"http://hooks"}}}}', 'Expected `receivers` to be any of'],
    ['{"alertmanager":{"receivrs":{}}}', 'Expected `alertmanager` to be any of receivers'],
    ['{"alerts":null}', 'Expected `alerts` to be an object, got null'],
    ['{"alertmanager":[]}', 'Expected `alertmanager` to be an object, got []'],
    ['null', 'Expected `options` to be an object, got null'],
  ])('rejects %s in one line, and writes nothing', async (options, message) => {
    await withFiles({}, async (folder) => {
      const { code, stderr } = await build(folder, options);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(await readdir(folder)).toEqual(['options.json']);
    });
  });
});
