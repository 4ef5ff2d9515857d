import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { connectClient, type HttpServer, startHttpServer } from '../support/http-server.js';
import { until } from '../support/until.js';
import { listen } from './http/requests.js';

let server: HttpServer | undefined;
afterEach(() => server?.child.kill('SIGKILL'));

const readiness = async (admin: string) => (await fetch(`${admin}/health/ready`)).status;
const metrics = async (admin: string) => (await fetch(`${admin}/metrics`)).text();

/** Calls a tool that takes a minute, unless SIGUSR2 ends the oldest call. Resolves once the server has begun the calls. */
async function callInFlight({ mcpUrl, admin }: HttpServer, times = 1) {
  const client = await connectClient(mcpUrl);
  const call = () => client.callTool({ name: 'wait', arguments: { ms: 60_000 } });
  const answers = Array.from({ length: times }, call);
  for (const answer of answers) answer.catch(() => {});
  const inFlight = `pmcp_requests_in_flight{method="tools/call"} ${times}`;
  await until(async () => (await metrics(admin)).includes(inFlight));
  return answers;
}

const DONE = { content: [{ type: 'text', text: 'done' }] };

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('fails readiness at once, lets requests finish and scrapes continue, then ends the process', async () => {
    server = await startHttpServer();
    const { admin, child, ended } = server;
    const [answer, last] = await callInFlight(server, 2);
    expect(await readiness(admin)).toBe(200);

    child.kill(signal);
    await until(async () => (await readiness(admin)) === 503);

    expect((await fetch(`${admin}/health/live`)).status).toBe(200);
    expect(await metrics(admin)).toContain('pmcp_ready 0');
    child.kill('SIGUSR2');
    expect(await answer).toMatchObject(DONE);
    expect(await metrics(admin)).toMatch(
      /pmcp_requests_total\{method="tools\/call",name="wait",outcome="ok"\} 1/,
    );
    child.kill('SIGUSR2');
    expect(await last).toMatchObject(DONE);
    expect(await ended).toEqual([null, signal]);
  });

  it('ends the process at the deadline, whatever is still in flight', async () => {
    server = await startHttpServer({ shutdown: { deadlineMs: 300 } });
    await callInFlight(server);
    const start = performance.now();
    server.child.kill(signal);
    expect(await server.ended).toEqual([null, signal]);
    // Without it, it would be the 25 seconds of the default.
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it.each([
    ['in the factory', {}, ''],
    ['of the handler', { OBSERVE_HANDLER: '1' }, '"resultType":"complete"'],
  ])('does not wait for an open stream for announcements, observed %s', async (_, env, lastWords) => {
    server = await startHttpServer({ shutdown: { deadlineMs: 600_000 } }, env);
    const { response } = await listen(server.mcpUrl, 1);
    const text = response.text().catch(() => '');
    const start = performance.now();
    server.child.kill('SIGTERM');
    expect(await server.ended).toEqual([null, 'SIGTERM']);
    expect(performance.now() - start).toBeLessThan(60_000);
    expect(await text).toContain(lastWords);
  });

  it('ends the process at once the second time', async () => {
    server = await startHttpServer();
    const { admin, child } = server;
    await callInFlight(server);
    child.kill(signal);
    await until(async () => (await readiness(admin)) === 503);
    child.kill(signal);
    expect(await server.ended).toEqual([null, signal]);
  });

  it('has no effect if the option is off', async () => {
    server = await startHttpServer({ shutdown: { onSigterm: false } });
    await callInFlight(server);
    server.child.kill(signal);
    expect(await server.ended).toEqual([null, signal]);
  });

  it('leaves the end of the process to an application that also listens to it', async () => {
    server = await startHttpServer({ shutdown: { deadlineMs: 100 } }, { OWN_SIGNAL: signal });
    const { child, stderr, admin } = server;
    child.kill(signal);
    await until(() => stderr.includes(`application heard ${signal}`));
    await until(() =>
      fetch(`${admin}/metrics`).then(
        () => false,
        () => true,
      ),
    );
    expect(child.exitCode).toBeNull();
    expect(child.signalCode).toBeNull();
  });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('an application that also listens to %s', (signal) => {
  it('ends when it wants, although it listens only to the first signal', async () => {
    server = await startHttpServer({ shutdown: { deadlineMs: 100 } }, { SAVES_ONCE: signal });
    server.child.kill(signal);
    expect(await server.ended).toEqual([7, null]);
  });

  it('ends when it wants after a second signal', async () => {
    server = await startHttpServer(
      { shutdown: { deadlineMs: 60_000 } },
      { OWN_SIGNAL: signal, SAVES_ONCE: signal },
    );
    const { admin, child } = server;
    await callInFlight(server);
    child.kill(signal);
    await until(async () => (await readiness(admin)) === 503);
    child.kill(signal);
    expect(await server.ended).toEqual([7, null]);
  });

  it('that only uses signal-exit ends as without the toolkit', async () => {
    server = await startHttpServer({}, { SIGNAL_EXIT: '1' });
    server.child.kill(signal);
    expect(await server.ended).toEqual([null, signal]);
    expect(server.stderr).toContain(`last words at ${signal}`);
  });
});

describe('SIGHUP', () => {
  it('lets requests in flight finish, and ends the process as without the toolkit', async () => {
    server = await startHttpServer();
    const { child, admin, ended } = server;
    const [answer] = await callInFlight(server);
    child.kill('SIGHUP');
    await until(async () => (await readiness(admin)) === 503);
    child.kill('SIGUSR2');
    expect(await answer).toMatchObject(DONE);
    expect(await ended).toEqual([null, 'SIGHUP']);
  });

  it('ends the process at once the second time', async () => {
    server = await startHttpServer();
    const { child, admin, ended } = server;
    await callInFlight(server);
    child.kill('SIGHUP');
    await until(async () => (await readiness(admin)) === 503);
    child.kill('SIGHUP');
    expect(await ended).toEqual([null, 'SIGHUP']);
  });

  it('is left to an application that listens to it', async () => {
    server = await startHttpServer({}, { OWN_SIGNAL: 'SIGHUP' });
    const { child, stderr, admin } = server;
    child.kill('SIGHUP');
    await until(() => stderr.includes('application heard SIGHUP'));
    expect(await readiness(admin)).toBe(200);
  });
});

describe('a process with nothing left to do', () => {
  it('continues after its shutdown', async () => {
    const code =
      "const { createObservability } = await import('@pmcp/observability'); const { listen, shutdown } = createObservability(); await listen(); await shutdown(); process.exit(7);";
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      env: { ...process.env, PMCP_METRICS_PORT: '0' },
      stdio: 'ignore',
    });
    expect(await once(child, 'exit')).toEqual([7, null]);
  });

  it('ends by itself with every feature on and a scraper connected', async () => {
    const child = spawn(process.execPath, ['test/fixtures/ends.mjs'], {
      env: { ...process.env, PMCP_METRICS_PORT: '0' },
    });
    let stdout = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(stdout).toBe('');
  });
});
