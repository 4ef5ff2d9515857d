import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../free-port.js';

/** The part that the README's first example leaves to the reader: a transport, here stdio. */
const CONNECT = `
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
await server.connect(new StdioServerTransport());
`;

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'rehearsal', version: '1' },
  },
};

/**
 * Runs the first example of a README in a project, calls it as a client would, and reads its metrics.
 *
 * @throws Error if the call is not counted
 */
export async function firstMinute(readme: string, project: string): Promise<void> {
  const [, example] = /```ts\n(.*?)```/s.exec(await readFile(readme, 'utf8')) ?? [];
  if (example === undefined) throw new Error(`Expected ${readme} to have an example`);
  await writeFile(join(project, 'server.mjs'), example + CONNECT);
  const port = await freePort();
  const env = { ...process.env, PMCP_METRICS_PORT: String(port) };
  const server = spawn(process.execPath, ['server.mjs'], {
    cwd: project,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    server.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
    await once(server.stdout, 'data');
    const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const counted = /^pmcp_requests_total\{method="initialize",.*outcome="ok"\} 1$/m;
    if (!counted.test(page)) throw new Error(`Expected the request to be counted on /metrics, got\n${page}`);
  } finally {
    server.kill();
    await once(server, 'exit');
  }
}
