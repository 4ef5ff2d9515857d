import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProfiledServer, startProfiled } from '../../support/profiled-server.js';

const exec = promisify(execFile);
const RUNBOOKS = [
  'PmcpCpuThrottled',
  'PmcpEventLoopBlocked',
  'PmcpHeapNearLimit',
  'PmcpLatencyBurnFast',
  'PmcpLatencyBurnSlow',
  'PmcpMemoryNearLimit',
  'PmcpPodOverloaded',
  'PmcpRequestsStuck',
  'PmcpToolSlow',
];
const CLI = join(import.meta.dirname, '../../../packages/observability/dist/cli.js');

let server: ProfiledServer;

beforeAll(async () => {
  server = await startProfiled();
});

afterAll(() => server.toolkit.shutdown());

/** Runs `pmcp-observability profile` in its own process. */
function command(...flags: string[]) {
  return exec(process.execPath, [CLI, 'profile', new URL('/', server.pprof).href, ...flags], {
    cwd: server.folder,
  });
}

describe('the command profile', () => {
  const token = () => ['--token-file', server.tokenFile];

  it('prints the share of each tool and function, and keeps the file readable only for its owner', async () => {
    const { stdout } = await server.whileCalled(
      'profile',
      command('--seconds', '2', '--top', '3', '--output', 'cpu.cpuprofile', ...token()),
    );
    const [requests, functions] = stdout.split('in which function');
    expect(requests).toMatch(/for which request\n +\d+\.\d % +\d+\.\d\d s {2}tools\/call index_notes\n/);
    expect(functions).toContain('burnTheProcessor');
    expect(stdout).toContain('kept in cpu.cpuprofile');
    const path = join(server.folder, 'cpu.cpuprofile');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, 'utf8')).nodes.length).toBeGreaterThan(1);
    await expect(command('--seconds', '0.1', '--output', 'cpu.cpuprofile', ...token())).rejects.toMatchObject(
      {
        code: 2,
        stderr: expect.stringContaining('cpu.cpuprofile is there already'),
      },
    );
  });

  it.each([
    ['heap', 'keepNotes'],
    ['trace', 'tools/call block_notes'],
  ] as const)('prints the content of a profile of the kind %s', async (kind, says) => {
    const { stdout } = await server.whileCalled(
      kind,
      command('--kind', kind, '--seconds', '2', '--top', '100', ...token()),
    );
    expect(stdout).toContain(says);
  });

  it('works as the runbooks about CPU, memory, latency and stuck requests show it', async () => {
    const lines = RUNBOOKS.map((alert) => {
      const page = readFileSync(join(import.meta.dirname, `../../../alerts/runbooks/${alert}.md`), 'utf8');
      return (
        /pmcp-observability profile http:\/\/localhost:9090 --token-file token (.+)$/m.exec(page)?.[1] ??
        alert
      );
    });
    const kinds = [...new Set(lines)];
    expect(kinds.sort()).toEqual(['--seconds 30', '--seconds 30 --kind heap', '--seconds 30 --kind trace']);
    for (const [index, line] of kinds.entries()) {
      const flags = line.replace('30', '0.2').split(' ');
      await command(...flags, '--output', `of-runbook-${index}`, ...token());
    }
  });

  it('explains what to do when it gets no profile', async () => {
    const error = (code: number, text: string) => ({ code, stderr: expect.stringContaining(text) });
    const run = (args: string[]) => exec(process.execPath, [CLI, 'profile', ...args]);
    const base = new URL('/', server.pprof).href;
    await expect(run([base])).rejects.toMatchObject(error(1, '--token-file'));
    await expect(run([base, '--kind', 'heapsnapshot', ...token()])).rejects.toMatchObject(
      error(1, 'PMCP_METRICS_PROFILING=snapshots'),
    );
    await expect(run([base, '--seconds', '99', ...token()])).rejects.toMatchObject(error(1, 'up to 60'));
    await expect(run([])).rejects.toMatchObject(error(2, 'profile http://HOST:9090'));
    await expect(run(['http://me:secret@localhost:1'])).rejects.toMatchObject(
      error(2, 'expected the admin port'),
    );
    await expect(run(['http://127.0.0.1:1'])).rejects.toMatchObject(
      error(1, "can't reach http://127.0.0.1:1"),
    );
  });
});
