import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { startHttpProxy } from '../support/http-proxy.js';

/** Something that is attacked. */
export interface Target {
  readonly name: string;
  /** The process whose memory and life are watched. */
  readonly child: ChildProcess;
  /** Where clients connect. */
  readonly port: number;
  /** Where its metrics are. */
  readonly metricsPort: number;
  /** Whether a request whose stream broke ends at once; else it may be resumed until its session was idle for long. */
  readonly endsAtOnce: boolean;
  /** What it said last, for whoever asks why it ended. */
  lastWords(): string;
  /** The most that it may take, in MiB. */
  readonly maxRss: number;
  stop(): void;
}

/** So little that what is kept for ever ends the server. */
const HEAP = '--max-old-space-size=96';

/** A server that observes itself. */
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

/** The proxy before the same server, which is bare. */
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
    // The limit of the sidecar that is shipped.
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

/** All signals are on, and nobody is there to take them. */
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
