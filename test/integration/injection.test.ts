import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scrape } from '../support/exposition.js';
import { InjectedPod } from '../support/injected.js';
import { type StdioServer, startStdioServer } from '../support/stdio.js';

let pod: InjectedPod;
let server: StdioServer | undefined;
beforeAll(async () => {
  pod = await InjectedPod.create();
});
afterAll(() => server?.client.close());

async function outcome(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, ...env } });
  const ended = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  return { stdout, stderr, code };
}

const PROGRAM = ['--eval', "console.log('out'); console.error('err'); process.exitCode = 3"];
const ITS_OUTCOME = { stdout: 'out\n', stderr: 'err\n', code: 3 };
/** What breaks or warns in a server that has the toolkit. */
const WRONG = {
  PMCP_METRICS_PORT: 'banana',
  OTEL_TRACES_SAMPLER: 'banana',
  OTEL_EXPORTER_OTLP_ENDPOINT: '%',
};

describe('a pod with the toolkit in it', () => {
  it('starts a program that is no server as if nothing was there, also if nothing or a half of it was copied', async () => {
    const env = { NODE_OPTIONS: pod.options, ...WRONG };
    expect(await outcome(PROGRAM, env)).toEqual(ITS_OUTCOME);
    expect(pod.init()).toEqual({ status: 0, said: '' });
    expect(await outcome(PROGRAM, env)).toEqual(ITS_OUTCOME);
    truncateSync(pod.toolkit, 9_000);
    expect(await outcome(PROGRAM, env)).toEqual(ITS_OUTCOME);
  });

  it('starts a server that is not observed if the larger half of the toolkit was not copied', async () => {
    expect(pod.init()).toEqual({ status: 0, said: '' });
    truncateSync(join(dirname(pod.toolkit), 'toolkit.cjs'), 100_000);
    for (const file of ['v1.mjs', 'v1.cjs', 'v2.mjs']) {
      const args = [
        '--input-type=module',
        '--eval',
        `import('./test/fixtures/register/${file}'); setTimeout(process.exit, 2_000, 3)`,
      ];
      const alone = await outcome(args, {});
      expect(alone.code).toBe(3);
      expect(await outcome(args, { NODE_OPTIONS: pod.options, ...WRONG })).toEqual(alone);
    }
  });

  it('observes an unchanged server, once the init container has run, however often', async () => {
    expect(pod.init()).toEqual({ status: 0, said: '' });
    server = await startStdioServer(['test/fixtures/register/v1.mjs'], { NODE_OPTIONS: pod.options });
    await server.client.callTool({ name: 'hello' });
    const samples = await scrape(server.port);
    expect(samples.get('pmcp_requests_total{method="tools/call",name="hello",outcome="ok"}')).toBe(1);
    expect(samples.get('pmcp_build_info{server="plain",version="1.2.3",sdk="typescript-v1"}')).toBe(1);
  });

  it("starts without the toolkit if it can't be copied, and says so in the init container only", () => {
    rmSync(pod.here('/autoinstrumentation'), { recursive: true });
    const { status, said } = pod.init();
    expect(status).toBe(0);
    expect(said).toContain('This pod is not observed.');
  });
});
