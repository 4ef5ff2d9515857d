import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Demo } from '../support/demo.js';
import { OF_SPEED } from '../support/of-speed.js';
import { until } from '../support/until.js';

const OUTCOMES = ['ok', 'tool_error', 'client_error', 'server_error', 'cancelled'];
/** How long the doctor is asked again while it finds nothing but that the machine is busy. */
const BUSY_MS = 120_000;

let job: ChildProcess | undefined;
afterEach(() => job?.kill('SIGKILL'));

function start(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/start/main.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  job = child;
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (said.stdout += data));
  child.stderr.on('data', (data) => (said.stderr += data));
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const shows = (pattern: RegExp) => until(() => pattern.test(said.stdout));
  return { child, said, ended, running: () => shows(/first scrape/), figures: () => shows(/requests\/s/) };
}

interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Returns all descendants of a process, as /proc lists them. */
function descendants(pid: number | undefined): Process[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = all.filter((name) => parentOf(name) === pid).map(Number);
  return children.flatMap((child) => [{ pid: child, command: commandOf(child) }, ...descendants(child)]);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
}

function isAlive({ pid }: Process): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function isServer({ command }: Process): boolean {
  return command.includes('faults/main.ts');
}

function isPrometheus({ command }: Process): boolean {
  return command.includes('--storage.tsdb.path');
}

function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return once(socket, 'connect').then(
    () => socket.destroy() && true,
    () => false,
  );
}

describe('npm start', () => {
  it('ends after its duration with a table in which Prometheus and the clients agree', async () => {
    const { said, ended } = start('--duration', '20');
    expect(await ended, said.stderr).toBe(0);

    const { stdout } = said;
    expect(stdout).not.toContain('unexpected');
    const [, total = '0', rate = '0'] = /^(\d+) requests in [\d:]+, ([\d.]+)\/s/m.exec(stdout) ?? [];
    expect(Number(total)).toBeGreaterThan(200);
    expect(Number(rate)).toBeGreaterThan(10);
    expect(stdout).toMatch(/p95 [1-9]\d* ms/);
    expect(stdout).toMatch(/^\d:\d\d {2}[\d.]+ requests\/s;.* \d+ streamable_http,/m);
    for (const outcome of OUTCOMES) {
      const row = new RegExp(`^ +${outcome} +(\\d+) +[\\d.]+ % +(\\d+)$`, 'm').exec(stdout);
      expect(Number(row?.[1]), outcome).toBeGreaterThan(0);
      expect(row?.[1], outcome).toBe(row?.[2]);
    }
    expect(stdout).toMatch(new RegExp(`^ +all +${total} +${total}$`, 'm'));
    expect(stdout).toMatch(/^ +search_notes +\d+ +0\.0 % +[\d.]+ ms$/m);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends every child on %s, prints its results and exits with 0',
    async (signal) => {
      const { child, said, ended, figures } = start();
      await figures();
      const children = descendants(child.pid);
      const ports = [...said.stdout.matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
      expect(children.filter(isServer)).toHaveLength(1);
      expect(children.filter(isPrometheus)).toHaveLength(1);
      expect(await Promise.all(ports.map(isOpen))).toEqual([true, true, true]);

      child.kill(signal);
      expect(await ended, said.stderr).toBe(0);
      expect(said.stdout).toMatch(/^ +all +\d+$/m);
      expect(children.filter(isAlive)).toEqual([]);
      expect(await Promise.all(ports.map(isOpen))).toEqual([false, false, false]);
    },
  );

  it('gives the doctor nothing to report while it is calm', async () => {
    const demo = await Demo.start();
    try {
      let seen = await demo.examined();
      const end = performance.now() + BUSY_MS;
      const isBusy = () => seen.code !== 0 && Object.keys(seen.told).every((code) => OF_SPEED.includes(code));
      while (isBusy() && performance.now() < end) seen = await demo.examined();
      expect(seen).toEqual({ code: 0, told: {} });
    } finally {
      await demo.stop();
    }
  });

  it('leaves no child behind when it is killed', async () => {
    const { child, running } = start();
    await running();
    const children = descendants(child.pid);
    child.kill('SIGKILL');
    await until(() => !children.some(isAlive));
  });

  it.each([
    ['The notes server', isServer],
    ['Prometheus', isPrometheus],
  ])('fails with a clear message when %s dies', async (name, isVictim) => {
    const { child, said, ended, running } = start();
    await running();
    const children = descendants(child.pid);
    process.kill(children.find(isVictim)?.pid ?? 0, 'SIGKILL');
    expect(await ended).toBe(1);
    expect(said.stderr).toMatch(new RegExp(`^${name} ended \\(SIGKILL\\)\\.`));
    expect(children.filter(isAlive)).toEqual([]);
  });

  it('ends when its output is closed', async () => {
    const { child, ended, running } = start();
    await running();
    const children = descendants(child.pid);
    child.stdout.destroy();
    expect(await ended).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
  });

  it('explains an invalid argument in one line, and starts nothing', async () => {
    const { said, ended } = start('--duration', 'long');
    expect(await ended).toBe(2);
    expect(said).toEqual({
      stdout: '',
      stderr: 'Expected --duration to be a number of seconds from 1 to 86400, got "long"\n',
    });
  });

  it('prints its usage with --help', async () => {
    const { said, ended } = start('--help');
    expect(await ended).toBe(0);
    expect(said.stdout).toMatch(/^Usage: npm start -- \[--duration SECONDS\]\n/);
  });
});
