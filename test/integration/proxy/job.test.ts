import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { requireTool } from '../../../scripts/tools/index.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { parseSamples } from '../../support/exposition.js';
import { CLI, ended, start } from '../../support/proxy.js';
import { type Pushgateway, startPushgateway } from '../../support/pushgateway.js';
import { until } from '../../support/until.js';

let gateway: Pushgateway | undefined;
afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
});

async function job(flags: readonly string[], command: readonly string[], name = 'backup') {
  const child = start([process.execPath, CLI, 'job', '--name', name, ...flags, '--', ...command]);
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk) => out.push(chunk));
  child.stderr.on('data', (chunk) => err.push(chunk));
  child.stdin.end('input');
  const { code, signal } = await ended(child);
  return { code, signal, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
}

const succeed = ['sh', '-c', 'cat; echo said >&2'];
const fail = ['sh', '-c', 'exit 3'];

const standIns: Server[] = [];
afterEach(() => {
  for (const server of standIns.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** Starts a Pushgateway with this behaviour, and returns its address. */
async function standIn(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener).listen(0, '127.0.0.1');
  standIns.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function textfile(folder: string) {
  const [name = ''] = readdirSync(folder).filter((file) => file.endsWith('.prom'));
  return { name, text: readFileSync(join(folder, name), 'utf8') };
}

describe('a job', () => {
  it('keeps its input, output and exit code, and is in the textfile after its end', async () => {
    const folder = temporaryFolder('textfile');
    const before = Date.now() / 1_000;
    expect(await job(['--textfile', folder], succeed)).toEqual({
      code: 0,
      signal: null,
      out: 'input',
      err: 'said\n',
    });
    expect((await job(['--textfile', folder], fail)).code).toBe(3);
    expect((await job(['--textfile', folder], ['sh', '-c', 'kill -TERM $$'])).signal).toBe('SIGTERM');

    const { name, text } = textfile(folder);
    expect(name).toBe('pmcp_job_backup.prom');
    const samples = parseSamples(text);
    expect(samples.get('pmcp_job_runs_total{job_name="backup",outcome="success"}')).toBe(1);
    expect(samples.get('pmcp_job_runs_total{job_name="backup",outcome="failure"}')).toBe(2);
    expect(samples.get('pmcp_job_last_exit_code{job_name="backup"}')).toBe(143);
    const success = samples.get('pmcp_job_last_success_timestamp_seconds{job_name="backup"}')!;
    expect(success).toBeGreaterThanOrEqual(before);
    expect(samples.get('pmcp_job_last_run_timestamp_seconds{job_name="backup"}')).toBeGreaterThan(success);
    expect(samples.get('pmcp_job_last_duration_seconds{job_name="backup"}')).toBeLessThan(5);
    const { path: promtool } = await requireTool('promtool');
    execFileSync(promtool, ['check', 'metrics'], { input: text });
  });

  it('reports the size of its output: a file, or the newest file of a folder', async () => {
    const [folder, written] = ['textfile', 'wrote'].map(temporaryFolder);
    const size = () =>
      parseSamples(textfile(folder!).text).get('pmcp_job_last_size_bytes{job_name="backup"}');
    const write = (bytes: number, file: string) =>
      job(
        ['--textfile', folder!, '--size-of', written!],
        ['sh', '-c', `head -c ${bytes} /dev/zero >'${written}/${file}'`],
      );
    await write(1_000, 'monday.dump');
    expect(size()).toBe(1_000);
    await write(500, 'tuesday.dump');
    expect(size()).toBe(500);
    // A failed job has written nothing that counts.
    expect((await job(['--textfile', folder!, '--size-of', written!], fail)).code).toBe(3);
    expect(size()).toBe(500);
    const missing = await job(['--textfile', folder!, '--size-of', join(written!, 'none')], succeed);
    expect(missing).toMatchObject({ code: 0, out: 'input' });
    expect(missing.err).toContain("can't tell the size of");
    expect(size()).toBe(500);
  });

  it('has no last success before its first success', async () => {
    const folder = temporaryFolder('textfile');
    await job(['--textfile', folder], fail);
    expect(textfile(folder).text).not.toContain('last_success');
  });

  it('may have any name', async () => {
    const folder = temporaryFolder('textfile');
    gateway = await startPushgateway();
    const name = '../a "quoted"\\ n\u00e4me/';
    const flags = ['--textfile', folder, '--pushgateway', gateway.url];
    for (const command of [succeed, succeed, fail])
      expect((await job(flags, command, name)).err).not.toContain('pmcp');
    const label = name.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    const series = `pmcp_job_runs_total{job_name="${label}",outcome="success"}`;
    expect(parseSamples(textfile(folder).text).get(series)).toBe(2);
    const pushed = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(pushed).toContain(`job_name="${label}",outcome="success"} 2`);
  });

  it('accumulates on a Pushgateway, where a failure keeps the last success', async () => {
    gateway = await startPushgateway();
    const flags = ['--pushgateway', gateway.url];
    await job(flags, succeed);
    await job(flags, succeed, 'another');
    expect(await job(flags, fail)).toMatchObject({ code: 3, err: '' });

    const samples = parseSamples(await (await fetch(`${gateway.url}/metrics`)).text());
    const of = (name: string, more = '') =>
      samples.get(`${name}{instance="",job="pmcp_job",job_name="backup"${more}}`);
    expect(of('pmcp_job_runs_total', ',outcome="success"')).toBe(1);
    expect(of('pmcp_job_runs_total', ',outcome="failure"')).toBe(1);
    expect(of('pmcp_job_last_success_timestamp_seconds')).toBeGreaterThan(1e9);
    expect(of('pmcp_job_last_exit_code')).toBe(3);
  });

  it('runs unchanged except for a warning if it cannot be published', async () => {
    const refused = await job(
      ['--pushgateway', `http://127.0.0.1:${await freePort()}`, '--textfile', '/nowhere'],
      fail,
    );
    expect(refused).toMatchObject({ code: 3, out: '' });
    expect(refused.err).toMatch(
      /^pmcp-observability: can't publish: fetch failed: connect ECONNREFUSED .+ \(PMCP_W_JOB_NOT_PUBLISHED\)\npmcp-observability: can't publish: ENOENT.+ \(PMCP_W_JOB_NOT_PUBLISHED\)\n$/,
    );
  });

  it.each(['', 'no-such-command'])('whose command %j does not exist counts as failed', async (command) => {
    const folder = temporaryFolder('textfile');
    const { code, err } = await job(['--textfile', folder], [command]);
    expect([code, err]).toEqual([
      127,
      `pmcp-observability: can't start ${command || '""'}: no such command (PMCP_E_COMMAND_NOT_STARTED)\n`,
    ]);
    expect(textfile(folder).text).toContain('outcome="failure"} 1');
  });

  it('sends the user and password of the URL only to the Pushgateway', async () => {
    const seen: (string | undefined)[] = [];
    const address = await standIn((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401).end('no');
    });
    const { err } = await job(['--pushgateway', address.replace('//', '//backup%40shop:p%C3%A4ss@')], fail);
    const basic = `Basic ${Buffer.from('backup@shop:p\u00e4ss').toString('base64')}`;
    expect(new Set(seen)).toEqual(new Set([basic]));
    expect(err).toContain(`PUT ${address}/metrics/job/pmcp_job/`);
    expect(err).not.toMatch(/p(ä|%C3%A4)ss|backup@|backup%40/);
  });

  it.each([
    ['refuses', (response: ServerResponse) => response.writeHead(403).end('forbidden')],
    ['never ends', (response: ServerResponse) => response.write('# x\n')],
  ])('is published in part if a Pushgateway %s to return its metrics', async (_, answer) => {
    const pushed: string[] = [];
    const address = await standIn(async (request, response) => {
      if (request.method === 'GET') return void answer(response);
      const body = (await request.toArray()).join('');
      pushed.push(`${request.method} ${body}`);
      // As a gateway does that accepts only writes.
      response.writeHead(request.method === 'PUT' ? 200 : 405).end();
    });
    const { code, err } = await job(['--pushgateway', address], fail);
    expect(code).toBe(3);
    expect(err).toMatch(
      /^pmcp-observability: can't count the run, for earlier ones are unknown: .+ \(PMCP_W_JOB_RUNS_UNKNOWN\)\n$/,
    );
    expect(pushed.map((text) => text.split(' ')[0])).toEqual(['POST', 'PUT']);
    expect(pushed[1]).toContain('pmcp_job_last_exit_code{job_name="backup"} 3');
    expect(pushed[1]).not.toMatch(/pmcp_job_runs_total|last_success/);
  });

  it('leaves the metrics on a Pushgateway alone if it cannot be counted', async () => {
    gateway = await startPushgateway();
    const { url } = gateway;
    await job(['--pushgateway', url], succeed);
    const writable = await standIn(async (request, response) => {
      if (request.method === 'GET') return void response.writeHead(403).end();
      const body = Buffer.concat(await request.toArray());
      const { status } = await fetch(url + request.url, { method: request.method!, body });
      response.writeHead(status).end();
    });
    await job(['--pushgateway', writable], fail);
    const samples = parseSamples(await (await fetch(`${url}/metrics`)).text());
    const of = (name: string, more = '') =>
      samples.get(`${name}{instance="",job="pmcp_job",job_name="backup"${more}}`);
    expect(of('pmcp_job_runs_total', ',outcome="success"')).toBe(1);
    expect(of('pmcp_job_last_success_timestamp_seconds')).toBeGreaterThan(1e9);
    expect(of('pmcp_job_last_exit_code')).toBe(3);
  });

  it('waits no longer than ten seconds for a Pushgateway that never answers', async () => {
    let waited = 0;
    // From its connection on: a busy machine starts programs slowly.
    const silent = createServer((socket) => {
      const begun = performance.now();
      socket.resume().once('close', () => {
        waited = performance.now() - begun;
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const { code, err } = await job(['--pushgateway', `http://127.0.0.1:${port}`], fail);
    expect(code).toBe(3);
    expect(err).toContain("can't publish: The operation was aborted due to timeout");
    await new Promise((resolve) => silent.close(resolve));
    expect(waited).toBeGreaterThan(0);
    expect(waited).toBeLessThan(13_000);
  });

  it.each([
    [['--pushgateway', 'http://x'], [], /needs a command/],
    [[], ['true'], /needs --pushgateway URL or --textfile DIRECTORY/],
  ])('with invalid arguments does not run: %j', async (flags, command, message) => {
    const { code, err } = await job(flags, command);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

/** Runs a job in a terminal that gets this input after the job has said that it is up. */
async function inTerminal(script: string, typed: string) {
  const folder = temporaryFolder('textfile');
  const spawned = 'import pty, sys; pty.spawn(sys.argv[1:])';
  const args = [CLI, 'job', '--name', 'x', '--textfile', folder, '--', 'sh', '-c', script];
  const child = start(['python3', '-c', spawned, process.execPath, ...args]);
  let out = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  await Promise.race([until(() => out.includes('up')), once(child, 'exit')]);
  expect(out).toContain('up');
  child.stdin.write(typed);
  await ended(child);
  // The terminal ends before the job has published.
  await until(() => readdirSync(folder).some((file) => file.endsWith('.prom')));
  const exitCode = parseSamples(textfile(folder).text).get('pmcp_job_last_exit_code{job_name="x"}');
  return { out, exitCode };
}

describe('a job in a terminal', () => {
  it('is interrupted with all its child processes, and once', async () => {
    // The shell reads instead of sleeping: a signal that arrives while a shell starts a process may miss that
    // process.
    const { out, exitCode } = await inTerminal(
      'trap "echo caught" INT; sh -c "trap \\"echo so is this; exit\\" INT; echo up; read never </dev/tty"; sleep 1; exit 5',
      '\x03',
    );
    expect(out.match(/caught|so is this/g)).toEqual(['so is this', 'caught']);
    expect(exitCode).toBe(5);
  });

  it('reads from the terminal', async () => {
    const { out, exitCode } = await inTerminal('echo up; read line </dev/tty; echo "got $line"', 'hello\n');
    expect(out).toContain('got hello');
    expect(exitCode).toBe(0);
  });
});
