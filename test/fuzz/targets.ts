import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { startHttpProxy } from '../support/http-proxy.js';

/** A process that is attacked. */
export interface Target {
  readonly name: string;
  /** The process that must stay alive, and whose memory is checked. */
  readonly child: ChildProcess;
  /** The port for clients. */
  readonly port: number;
  /** The port of its metrics. */
  readonly metricsPort: number;
  /**
   * Whether a request ends at once if its stream breaks.
   * Otherwise it may be resumed until its session was idle for long.
   */
  readonly endsAtOnce: boolean;
  /** Returns its last output, which may explain why it ended. */
  lastWords(): string;
  /** The most memory that it may use, in MiB. */
  readonly maxRss: number;
  stop(): void;
}

/** A heap so small that a memory leak ends the server. */
const HEAP = '--max-old-space-size=96';

/** Starts an observed server. */
export async function observedServer(): Promise<Target> {
  const { child, mcp, admin } = await startServer({});
  return {
    name: 'in process',
    child,
    lastWords: wordsOf(child),
    port: mcp,
    metricsPort: admin,
    endsAtOnce: true,
    maxRss: 384,
    stop: () => child.kill('SIGKILL'),
  };
}

/** Starts the proxy in front of the same server without observability. */
export async function proxiedServer(): Promise<Target> {
  const server = await startServer({ BARE: '1' });
  const proxy = await startHttpProxy(`http://127.0.0.1:${server.mcp}`, [], SPANS_GO_NOWHERE);
  const stop = () => {
    server.child.kill('SIGKILL');
    void proxy.stop();
  };
  return {
    name: 'behind the proxy',
    child: proxy.child,
    lastWords: wordsOf(proxy.child),
    port: Number(new URL(proxy.url).port),
    metricsPort: proxy.port,
    endsAtOnce: false,
    // The limit of the shipped sidecar.
    maxRss: 256,
    stop,
  };
}

const LAST_WORDS = 4_096;

function wordsOf(child: ChildProcess): () => string {
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    words = `${words}${chunk}`.slice(-LAST_WORDS);
  });
  return () => words;
}

export function rssOf({ child }: Target): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
}

/** All signals are on, but there is no collector. */
const SPANS_GO_NOWHERE = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };

async function startServer(env: Record<string, string>) {
  const args = [HEAP, '--import', 'tsx', 'test/fuzz/server.ts'];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...SPANS_GO_NOWHERE, PMCP_METRICS_PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the server ended at start')));
  const ports = { mcp: 0, admin: env.BARE ? 1 : 0 };
  const started = new Promise<void>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      ports.mcp ||= Number(/"mcp":(\d+)/.exec(line)?.[1] ?? 0);
      ports.admin ||= Number(/"port":(\d+)/.exec(line)?.[1] ?? 0);
      if (ports.mcp && ports.admin) resolve();
    });
  });
  await Promise.race([started, ended]);
  ended.catch(() => {});
  return { child, ...ports };
}
