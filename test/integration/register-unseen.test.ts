import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';

const ROOT = join(import.meta.dirname, '../..');
const REGISTER = ['--import', '@pmcp/observability/register'];
const UNSEEN = /can not be observed/;

const HTTP = `
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
const http = createServer(async (request, response) => {
  if (request.url === '/plain') return response.end('hello');
  if (request.headers.authorization === 'wrong') return response.writeHead(401).end();
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  await new McpServer({ name: 'bundled', version: '1.0.0' }).connect(transport);
  return transport.handleRequest(request, response);
});
http.listen(0, '127.0.0.1', () => process.stderr.write(JSON.stringify({ mcp: http.address().port }) + '\\n'));
`;
const STDIO = `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
process.stdout.write('');
void new McpServer({ name: 'bundled', version: '1.0.0' }).connect(new StdioServerTransport());
`;
const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
});

let folder: string;
let child: ChildProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pmcp-unseen-'));
  for (const [name, contents] of Object.entries({ http: HTTP, stdio: STDIO })) {
    await writeFile(join(folder, `${name}.mjs`), contents);
    const stdin = { contents, resolveDir: ROOT };
    await build({
      stdin,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: join(folder, `${name}.cjs`),
    });
  }
});
afterEach(() => child.kill('SIGKILL'));
afterAll(() => rm(folder, { recursive: true }));

function start(file: string) {
  child = spawn(process.execPath, [...REGISTER, file], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PMCP_METRICS_PORT: 'off' },
  });
  const lines = (stream: NodeJS.ReadableStream | null) => {
    const seen: string[] = [];
    createInterface({ input: stream! }).on('line', (line) => seen.push(line));
    return seen;
  };
  return { stdout: lines(child.stdout), stderr: lines(child.stderr) };
}

async function startHttp(file: string) {
  const { stderr } = start(file);
  const portIn = () => /"mcp":(\d+)/.exec(stderr.join())?.[1];
  await until(() => portIn() !== undefined);
  const accept = 'application/json, text/event-stream';
  const post = async (path: string, headers = {}) => {
    const response = await fetch(`http://127.0.0.1:${portIn()}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...headers },
      body: INITIALIZE,
    });
    await response.text();
    return response.status;
  };
  return { stderr, post };
}

describe('a server that is bundled with its SDK, and registered', () => {
  it('is told of once, at its first answer over HTTP, with what to do', async () => {
    const { stderr, post } = await startHttp(join(folder, 'http.cjs'));
    expect(await post('/mcp', { authorization: 'wrong' })).toBe(401);
    expect(stderr.filter((line) => UNSEEN.test(line))).toEqual([]);
    for (let i = 0; i < 3; i++) expect(await post('/mcp')).toBe(200);
    await until(() => stderr.some((line) => UNSEEN.test(line)));
    await post('/mcp');
    child.kill('SIGTERM');
    await once(child, 'close');
    const told = stderr.filter((line) => UNSEEN.test(line)).map((line) => JSON.parse(line));
    expect(told).toMatchObject([
      { level: 'warn', msg: expect.stringMatching(/proxy http --upstream URL.*observe\(server\)$/) },
    ]);
  });

  it('is told of at its first answer over stdio, of which every byte arrives', async () => {
    const { stdout, stderr } = start(join(folder, 'stdio.cjs'));
    child.stdin?.write(`${INITIALIZE}\n`);
    await until(() => stderr.some((line) => UNSEEN.test(line)));
    expect(JSON.parse(stderr.find((line) => UNSEEN.test(line)) ?? '')).toMatchObject({
      msg: expect.stringMatching(/proxy stdio -- COMMAND.*observe\(server\)$/),
    });
    expect(stdout.map((line) => JSON.parse(line).id)).toEqual([1]);
  });
});

describe('nothing is told of', () => {
  it('a server that the hook finds, over stdio', async () => {
    const { stdout, stderr } = start('test/fixtures/register/v1.mjs');
    child.stdin?.write(`${INITIALIZE}\n`);
    await until(() => stdout.length > 0);
    child.stdin?.end();
    await once(child, 'close');
    expect(stderr.filter((line) => UNSEEN.test(line))).toEqual([]);
  });

  it('other requests', async () => {
    const { stderr, post } = await startHttp(join(folder, 'http.cjs'));
    expect(await post('/plain', { accept: '*/*' })).toBe(200);
    child.kill('SIGTERM');
    await once(child, 'close');
    expect(stderr.filter((line) => UNSEEN.test(line))).toEqual([]);
  });
});
