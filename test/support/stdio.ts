import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

export interface StdioServer {
  readonly client: Client;
  /** The port of the server's metrics, from its log on stderr. */
  readonly port: number;
}

/** Starts a server as a client would, with its metrics on a free port. */
export async function startStdioServer(
  args: string[],
  env: Record<string, string> = {},
): Promise<StdioServer> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args,
    env: { PATH: process.env.PATH ?? '', PMCP_METRICS_PORT: '0', ...env },
    stderr: 'pipe',
  });
  const port = announcedPort(transport.stderr as Readable);
  const client = new Client({ name: 'tester', version: '1.0.0' });
  await client.connect(transport);
  return { client, port: await port };
}

/** Returns the port in the log line in which the admin server reports that it listens. */
export async function announcedPort(stderr: Readable): Promise<number> {
  for await (const line of createInterface({ input: stderr })) {
    const port = /"port":(\d+)/.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('the server ended without saying where its metrics are');
}
