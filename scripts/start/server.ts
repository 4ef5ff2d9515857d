import type { ChildProcess, StdioOptions } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Children } from './children.js';
import type { FaultName } from './faults/faults.js';

const MAIN = join(import.meta.dirname, '../../examples/notes/main.ts');
const WITH_FAULTS = join(import.meta.dirname, 'faults/main.ts');

/**
 * Overrides the user's variables: free ports on loopback,
 * and the log level at which the server logs its ports.
 */
const ENV = {
  PORT: '0',
  HOST: '127.0.0.1',
  PMCP_METRICS_PORT: '0',
  PMCP_METRICS_HOST: '127.0.0.1',
  PMCP_LOG: 'info',
};

const exportingTo = (collector: string) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: collector,
  OTEL_LOGS_EXPORTER: 'otlp',
  OTEL_BSP_SCHEDULE_DELAY: '1000',
});

/** Where the notes server listens. */
export interface ServerUrls {
  readonly mcp: string;
  readonly admin: string;
}

/**
 * Starts the notes server, and resolves when its log on stderr has its addresses.
 *
 * @param collector where its spans and log lines go
 */
export function startServer(children: Children, collector?: string): Promise<ServerUrls> {
  return started(start(children, MAIN, collector, ['ignore', 'ignore', 'pipe']));
}

interface FaultyServer extends ServerUrls {
  /** Begins or ends a fault. */
  set(fault: FaultName, on: boolean): void;
}

/** Starts the notes server with faults that can be switched on. */
export async function startFaultyServer(children: Children, collector: string): Promise<FaultyServer> {
  const server = start(children, WITH_FAULTS, collector, ['ignore', 'ignore', 'pipe', 'ipc']);
  return { ...(await started(server)), set: (fault, on) => void server.send({ fault, on }) };
}

function start(children: Children, main: string, collector: string | undefined, stdio: StdioOptions) {
  return children.start('The notes server', process.execPath, ['--import', 'tsx', main], {
    env: { ...process.env, ...ENV, ...(collector && exportingTo(collector)) },
    stdio,
  });
}

function started(server: ChildProcess): Promise<ServerUrls> {
  return new Promise((resolve, reject) => {
    let admin = '';
    createInterface({ input: server.stderr as Readable })
      .on('line', (line) => {
        const { port, url } = parse(line);
        if (port !== undefined) admin = `http://127.0.0.1:${port}`;
        if (url !== undefined) resolve({ mcp: url, admin });
      })
      .once('close', () => reject(new Error('Expected the notes server to say where it is, but it ended')));
  });
}

/** Parses a line of the log. Lines of the runtime are no JSON. */
function parse(line: string): { readonly port?: number; readonly url?: string } {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
