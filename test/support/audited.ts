import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport, McpServer } from '@modelcontextprotocol/server';
import { createObservability, type Options } from '@pmcp/observability';
import { z } from 'zod';

const exec = promisify(execFile);
const CLI = 'packages/observability/dist/cli.js';

/** A server that keeps an audit log, a client of it, and the notes that calls saved. */
export async function audited(audit: NonNullable<Options['audit']>) {
  const toolkit = createObservability({
    metrics: { port: false, runtime: false },
    shutdown: { onSigterm: false },
    log: { level: 'fatal' },
    audit,
  });
  const calls: string[] = [];
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('save', { inputSchema: z.object({ note: z.string() }) }, async ({ note }) => {
    calls.push(note);
    return { content: [] };
  });
  server.registerTool('fail', {}, async () => {
    throw new Error('no');
  });
  server.registerResource('page', 'notes://page', {}, async () => ({
    contents: [{ uri: 'notes://page', text: 'x' }],
  }));
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  toolkit.observe(server);
  await server.connect(theirs);
  const client = new Client({ name: 'tester', version: '1.0.0' });
  await client.connect(ours);
  return { toolkit, client, calls };
}

/** What `audit verify` says, and the code that it ends with. */
export async function verify(...args: string[]): Promise<{ code: number; said: string }> {
  return exec(process.execPath, [CLI, 'audit', 'verify', ...args]).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stdout, stderr }) => ({ code, said: stdout + stderr }),
  );
}
