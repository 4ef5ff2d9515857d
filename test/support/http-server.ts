import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/** The fixture server in its own process. */
export interface HttpServer {
  readonly child: ChildProcess;
  readonly mcpUrl: URL;
  /** Base of the admin server's URLs. */
  readonly admin: string;
  /** The lines that it has written to stderr. */
  readonly stderr: string[];
  /** Resolves with exit code and signal. */
  readonly ended: Promise<[number | null, NodeJS.Signals | null]>;
}

export async function startHttpServer(
  options: object = {},
  env: Record<string, string> = {},
  program: readonly string[] = ['test/fixtures/http-server.mjs'],
): Promise<HttpServer> {
  const child = spawn(process.execPath, program, {
    env: { ...process.env, PMCP_METRICS_PORT: '0', OPTIONS: JSON.stringify(options), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit') as HttpServer['ended'];
  const stderr: string[] = [];
  const ports = { admin: 0, mcp: 0 };
  const lines = createInterface({ input: child.stderr });
  await new Promise<void>((resolve, reject) => {
    void ended.then(() => reject(new Error(`the server ended at start: ${stderr.join('\n')}`)));
    lines.on('line', (line) => {
      stderr.push(line);
      ports.admin ||= Number(/"port":(\d+)/.exec(line)?.[1] ?? 0);
      ports.mcp ||= Number(/"mcp":(\d+)/.exec(line)?.[1] ?? 0);
      if (ports.mcp && ports.admin) resolve();
    });
  });
  const base = (port: number) => `http://127.0.0.1:${port}`;
  return { child, mcpUrl: new URL(`${base(ports.mcp)}/mcp`), admin: base(ports.admin), stderr, ended };
}

export async function connectClient(url: URL): Promise<Client> {
  const client = new Client(
    { name: 'tester', version: '1.0.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  await client.connect(new StreamableHTTPClientTransport(url));
  return client;
}
