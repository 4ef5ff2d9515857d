import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';

const LISTENING = /metrics and health on port|EADDRINUSE.*:9090/;
const STDIO_SERVER = ['test/fixtures/stdio-server.mjs'];
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};

let child: ChildProcessWithoutNullStreams | undefined;
let taken: Server | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
  taken?.close();
});

/** Starts a server and talks to it line by line, so that the test sees every byte of its stdout. */
function start(args: string[], env: Record<string, string>) {
  child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, ...env } });
  const lines = (stream: NodeJS.ReadableStream) => {
    const seen: string[] = [];
    createInterface({ input: stream }).on('line', (line) => seen.push(line));
    return seen;
  };
  const { stdin } = child;
  const send = (message: object) => stdin.write(`${JSON.stringify(message)}\n`);
  return { send, stdout: lines(child.stdout), stderr: lines(child.stderr) };
}

async function callHello({ send, stdout }: ReturnType<typeof start>): Promise<void> {
  send(INITIALIZE);
  send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'hello' } });
  await until(() => stdout.some((line) => JSON.parse(line).id === 2));
}

describe('a stdio server', () => {
  it('opens no port by default, and writes only the protocol to stdout', async () => {
    const server = start(STDIO_SERVER, {});
    await callHello(server);
    await until(() => server.stderr.some((line) => line.includes('hello was called')));
    expect(server.stderr.filter((line) => LISTENING.test(line))).toEqual([]);
    expect(server.stdout.map((line) => JSON.parse(line).jsonrpc)).toEqual(['2.0', '2.0']);
  });

  it('takes a free port for 0, and logs it as JSON on stderr', async () => {
    const server = start(STDIO_SERVER, { PMCP_METRICS_PORT: '0' });
    await until(() => server.stderr.some((line) => LISTENING.test(line)));
    const line = JSON.parse(server.stderr.find((line) => LISTENING.test(line)) ?? '');
    expect(line).toMatchObject({ level: 'info', host: '127.0.0.1', port: expect.any(Number) });
    expect((await fetch(`http://127.0.0.1:${line.port}/health/live`)).status).toBe(200);
  });

  it('continues with a warning when the port is in use', async () => {
    taken = createServer().listen(0, '127.0.0.1');
    await until(() => taken?.listening === true);
    const { port } = taken.address() as AddressInfo;
    const server = start(STDIO_SERVER, { PMCP_METRICS_PORT: String(port) });
    await callHello(server);
    await until(() => server.stderr.some((line) => line.includes('EADDRINUSE')));
    const warning = server.stderr.find((line) => line.includes('EADDRINUSE')) ?? '';
    expect(JSON.parse(warning)).toMatchObject({
      level: 'warn',
      msg: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  it('starts with a warning if a Kubernetes Service has set its port variable to something else', async () => {
    const server = start(STDIO_SERVER, {
      PMCP_METRICS_PORT: 'tcp://10.96.14.2:9090',
      PMCP_METRICS_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_HOST: '10.96.0.1',
    });
    await callHello(server);
    await until(() => server.stderr.some((line) => line.includes('PMCP_METRICS_PORT is ignored')));
    expect(server.stderr.filter((line) => LISTENING.test(line))).toEqual([]);
  });

  it('fails with one line under the register hook when the port is invalid', async () => {
    const args = ['--import', '@pmcp/observability/register', 'test/fixtures/register/v1.mjs'];
    const server = start(args, { PMCP_METRICS_PORT: 'http' });
    await until(() => child?.exitCode !== null);
    expect(child?.exitCode).toBe(1);
    await until(() => server.stderr.length > 0);
    expect(server.stderr).toEqual([
      '@pmcp/observability: Expected `PMCP_METRICS_PORT` to be an integer from 0 to 65535, or off, got "http" (PMCP_E_BAD_OPTION)',
    ]);
  });

  it.each([
    [
      { PMCP_METRICS_PORT: 'http' },
      'Expected `PMCP_METRICS_PORT` to be an integer from 0 to 65535, or off, got "http"',
    ],
    [
      { PMCP_HTTP_PATH: 'mcp' },
      'Expected `PMCP_HTTP_PATH` to be from 1 to 20 paths that begin with /, got "mcp"',
    ],
    [
      { PMCP_METRICS_ALLOWED_HOSTS: 'a:1' },
      'Expected `PMCP_METRICS_ALLOWED_HOSTS` to be names of hosts without a port, such as metrics.example.com, got "a:1"',
    ],
  ])('fails with one line, a code and no stack when a variable is invalid: %o', async (env, message) => {
    const server = start(STDIO_SERVER, env);
    await until(() => child?.exitCode !== null);
    expect(child?.exitCode).toBe(1);
    await until(() => server.stderr.some((line) => line.includes('Node.js v')));
    expect(server.stderr.filter((line) => line.includes('Expected'))).toEqual([
      `[TypeError [PMCP_E_BAD_OPTION]: ${message}]`,
    ]);
    expect(server.stderr.filter((line) => line.startsWith('    at '))).toEqual([]);
  });

  it('fails with a stack when an option is invalid, because the stack shows the line of code', async () => {
    const code =
      "import('@pmcp/observability').then((us) => us.createObservability({ metrics: { port: -1 } }));";
    const server = start(['-e', code], {});
    await until(() => child?.exitCode !== null);
    await until(() => server.stderr.some((line) => line.includes('Node.js v')));
    expect(server.stderr.join('\n')).toMatch(/Expected `metrics.port` to be .*\n {4}at /);
  });
});

const OTHER_SERVER = `
  import { observe } from '@pmcp/observability';
  const server = observe({ connect: async () => {} });
  process.stderr.write('observed\\n');
  await server.connect({ start() {}, send() {}, close() {} });
  setTimeout(() => {}, 60_000);
`;

describe('a server that does not use stdio', () => {
  it('opens its default port at the first connection', async () => {
    const { stderr } = start(['--input-type=module', '--eval', OTHER_SERVER], {});
    // Another program may use port 9090 on this machine; then the log says that it was tried.
    await until(() => stderr.some((line) => LISTENING.test(line)));
    expect(stderr[0]).toBe('observed');
  });
});
