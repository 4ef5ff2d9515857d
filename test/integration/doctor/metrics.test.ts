import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { requireTool } from '../../../scripts/tools/index.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { writeFaults } from '../../support/doctor-faults.js';
import { ended } from '../../support/proxy.js';
import { startPushgateway } from '../../support/pushgateway.js';

const DOCTOR = join(import.meta.dirname, '../../../packages/doctor/dist/cli.js');
const EXAMPLE = join(import.meta.dirname, '../../../examples/kubernetes/base');

async function run(...args: string[]) {
  const child = spawn(process.execPath, [DOCTOR, ...args], { stdio: 'pipe', cwd: temporaryFolder('doctor') });
  let err = '';
  child.stdout.resume();
  child.stderr.on('data', (text) => {
    err += text;
  });
  return { ...(await ended(child)), err };
}

/** The value of each check, in the text format. */
const values = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/^pmcp_doctor_check\{.*?code="(PMCP-D\d+)".*?\} (\d)$/gm)].map(([, code, value]) => [
      code,
      Number(value),
    ]),
  );

describe('the results of the doctor as metrics', () => {
  it('are in a file and at a Pushgateway: 0 for nothing, 1 for a warning, 2 for an error', async () => {
    const gateway = await startPushgateway();
    try {
      const folder = temporaryFolder('textfile');
      const file = join(folder, 'doctor.prom');
      const faulty = temporaryFolder('doctor');
      writeFaults(faulty);
      const { code, err } = await run(
        ...['--manifests', faulty, '--metrics-file', file, '--pushgateway', gateway.url],
      );
      expect(code, err).toBe(1);
      expect(readdirSync(folder)).toEqual(['doctor.prom']);
      const text = readFileSync(file, 'utf8');
      expect(values(text)).toMatchObject({ 'PMCP-D062': 2, 'PMCP-D064': 1, 'PMCP-D063': 0 });
      // What was not asked has no sample.
      expect(values(text)).not.toHaveProperty('PMCP-D001');
      expect(text).toMatch(/^pmcp_doctor_last_run_timestamp_seconds \d+(\.\d+)?$/m);
      const pushed = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(values(pushed)).toEqual(values(text));
      expect(pushed).toContain('job="pmcp_doctor"');
      expect(pushed).toMatch(/code="PMCP-D062".*title="[A-Z][^"]+\."/);
      // Another doctor, which looks at something else, leaves these results as they are.
      await run('--manifests', EXAMPLE, '--pushgateway', gateway.url);
      const both = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(new Set(both.match(/pmcp_doctor_last_run_timestamp_seconds\{[^}]*instance="[^"]+"/g)).size).toBe(
        2,
      );
      expect(await linted(file)).toBe(0);
    } finally {
      await gateway.stop();
    }
  });

  it('change neither report nor exit code where they can not be published', async () => {
    const { code, err } = await run(
      ...['--manifests', EXAMPLE, '--metrics-file', '/no/such/folder/x.prom'],
      ...['--pushgateway', `http://127.0.0.1:${await freePort()}`],
    );
    expect(code).toBe(0);
    expect(err.match(/can't publish the results: .+ \(PMCP_W_DOCTOR_NOT_PUBLISHED\)$/gm)).toHaveLength(2);
  });
});

/** The exit code of promtool, which knows what a page of metrics must not have. */
async function linted(file: string): Promise<number | null> {
  const { path } = await requireTool('promtool');
  const child = spawn(path, ['check', 'metrics'], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end(readFileSync(file));
  return (await ended(child)).code;
}
