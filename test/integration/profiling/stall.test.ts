import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { untilHolds } from '../../support/until-holds.js';

const folder = temporaryFolder('stalling');
const servers: ChildProcess[] = [];

const BLOCKED_AT_START = `
  import { existsSync, readdirSync } from 'node:fs';
  import { createObservability } from '@pmcp/observability';
  const profiling = { directory: process.env.DIRECTORY, keep: 2, stallMs: 300 };
  void createObservability({ metrics: { host: '127.0.0.1', port: 0 }, profiling }).listen();
  const isSeen = () => existsSync(process.env.DIRECTORY) && readdirSync(process.env.DIRECTORY).length > 0;
  // On a busy machine it may take longer until the thread runs that watches.
  for (const end = Date.now() + 2_000; Date.now() < end || !isSeen(); );
  setTimeout(() => {}, 60_000);
`;

afterAll(() => {
  for (const server of servers) server.kill('SIGKILL');
});

/** Starts a server that watches its event loop, and writes stalls to its own folder. */
async function started(name: string, stallMs = 300) {
  const directory = join(folder, name);
  const server = fork('test/fixtures/stalling.mjs', {
    env: { ...process.env, DIRECTORY: directory, STALL_MS: String(stallMs) },
    execArgv: [],
    silent: true,
  });
  servers.push(server);
  const lines = createInterface(server.stderr!);
  await once(server, 'message');
  return {
    directory,
    server,
    /** Calls a tool that blocks the server. @returns its answer */
    async called(tool: string): Promise<string> {
      const answered = once(server, 'message');
      server.send(tool);
      const [{ answer }] = await answered;
      return answer;
    },
    says: (text: string) => saying(lines, text),
  };
}

/** The first line with this text. */
function saying(lines: Interface, text: string): Promise<string> {
  return new Promise((resolve) => {
    lines.on('line', (line) => line.includes(text) && resolve(line));
  });
}

function profileIn(directory: string): Profiler.Profile {
  const files = readdirSync(directory);
  expect(files).toHaveLength(1);
  expect(statSync(join(directory, files[0]!)).mode & 0o777).toBe(0o600);
  return JSON.parse(readFileSync(join(directory, files[0]!), 'utf8')) as Profiler.Profile;
}

function namesIn(profile: Profiler.Profile): string[] {
  const used = new Set(profile.samples);
  return profile.nodes.flatMap(({ id, callFrame }) => (used.has(id) ? callFrame.functionName : []));
}

describe('a stall of the event loop', { concurrent: true }, () => {
  it.each([
    // V8 may have inlined the function into its caller; then the profile names the caller.
    ['loop', /stalling\.mjs/],
    ['expression', /^searchWithoutEnd/],
    ['crypto', /^pbkdf2Sync .*deriveAKey/],
    ['system', /^execSync .*runAProgram/],
  ])('writes a profile with the blocking request and its stack: %s', async (tool, blocking) => {
    const { directory, called, says } = await started(tool);
    const told = says('PMCP_W_EVENT_LOOP_STALLED');
    // What waits for the end of the turn has not run yet: the inspection in the middle of it ran no code of
    // the application.
    expect(await called(tool)).toBe('true');
    const { msg, stack } = JSON.parse(await told);
    expect(msg).toContain(`by tools/call ${tool} in ${stack[0]}; a profile was written to ${directory}`);
    expect(stack.join()).toMatch(blocking);
    const profile = profileIn(directory);
    expect(namesIn(profile)).toContain(stack[0].split(' ')[0].replace('(anonymous)', ''));
    const [root, ...others] = profile.nodes;
    const outermost = others.filter(({ id }) => root!.children!.includes(id));
    expect(outermost.map(({ callFrame }) => callFrame.functionName)).toContain(`tools/call ${tool}`);
  });

  it('is as long as it was, if the loop has not turned before', async () => {
    const env = { ...process.env, DIRECTORY: join(folder, 'start') };
    const server = spawn(process.execPath, ['--input-type=module', '--eval', BLOCKED_AT_START], { env });
    servers.push(server);
    const told = await saying(createInterface(server.stderr), 'PMCP_W_EVENT_LOOP_STALLED');
    const [, ms] = /blocked for (\d+) ms/.exec(told) ?? [];
    expect(Number(ms)).toBeGreaterThan(1_500);
    expect(Number(ms)).toBeLessThan(60_000);
  });

  it('is written while it lasts, so that evidence is left if the process is killed for it', async () => {
    const { directory, server } = await started('endless');
    server.send('endless');
    // The file is there before all of it is.
    await untilHolds(async () => void profileIn(directory));
    server.kill('SIGKILL');
    expect(namesIn(profileIn(directory))).toContain('neverReturn');
  });

  it('leaves at most the allowed files, one per minute, and does not delay the end of the process', async () => {
    const directory = join(folder, 'bounded');
    mkdirSync(directory);
    const mine = [1, 2, 3].map((day) => `pmcp-stall-2026010${day}T000000000Z-1.cpuprofile`);
    const others = ['notes.cpuprofile', 'pmcp-20260101T000000000Z-1.cpuprofile'];
    for (const name of [...mine, ...others]) writeFileSync(join(directory, name), '');
    const { server, called, says } = await started('bounded');
    let words = '';
    for (const stream of [server.stdout!, server.stderr!])
      stream.on('data', (chunk) => {
        words += chunk;
      });
    const told = says('PMCP_W_EVENT_LOOP_STALLED');
    await called('loop');
    await told;
    const left = readdirSync(directory);
    expect(left).toEqual(expect.arrayContaining([mine[2], ...others]));
    expect(left).toHaveLength(4);
    await called('short');
    const ended = once(server, 'exit');
    server.send('end');
    expect(await ended).toEqual([0, null]);
    expect(readdirSync(directory)).toEqual(left);
    expect(words.match(/PMCP_W/g)).toHaveLength(1);
    expect(words).not.toMatch(/debugger/i);
  });

  it('is logged if it cannot be written, and the server continues', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const { called, says } = await started('a-file/below');
    const told = says('PMCP_W_PROFILE_NOT_WRITTEN');
    expect(await called('short')).toBe('true');
    expect(await told).toContain('ENOTDIR');
    expect(await called('short')).toBe('true');
  });
});
