import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { freePort } from '../../../scripts/free-port.js';
import { REQUIRE_BANNER } from '../../support/bundled.js';
import { scrape } from '../../support/exposition.js';
import { until } from '../../support/until.js';
import { elsewhere } from './elsewhere.js';
import type { Host } from './host.js';
import { type HttpHost, httpHosts } from './http-hosts.js';

const ROOT = join(import.meta.dirname, '../../..');

/**
 * The HTTP servers in one process and one file with their SDKs: the register hook observes their messages
 * where they enter the process.
 */
export class Bundled {
  private child: ChildProcess | undefined;
  private folder = '';
  private ports: readonly number[] = [];
  private metricsPort = 0;

  /**
   * Without the host whose handler is observed, which is the same as others here, and without those on
   * streams that began before.
   */
  readonly hosts: readonly Host[] = httpHosts.flatMap((host, index) =>
    host.title.includes('observed handler') || host.transport === 'sse' ? [] : [this.hostOf(host, index)],
  );

  async start(env: Record<string, string>): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'pmcp-bundled-hosts-'));
    const outfile = join(this.folder, 'hosts.mjs');
    await build({
      entryPoints: [join(ROOT, 'test/fixtures/scenarios/bundled-http.ts')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: { js: REQUIRE_BANNER },
      outfile,
      logLevel: 'error',
    });
    this.metricsPort = await freePort();
    this.child = spawn(process.execPath, ['--import', '@pmcp/observability/register', outfile], {
      cwd: ROOT,
      env: { ...process.env, PMCP_METRICS_PORT: `${this.metricsPort}`, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    createInterface({ input: this.child.stderr! }).on('line', (line) => {
      if (line.startsWith('{"ports"')) this.ports = (JSON.parse(line) as { ports: number[] }).ports;
    });
    await until(() => this.ports.length > 0);
    // The first answer shows that a server exists, and the first list shows which names are real.
    for (const host of this.hosts) {
      const running = await host.open();
      const peer = await running.connect();
      await peer.request('tools/list');
      await peer.leave();
    }
    await until(async () => (await this.metrics()).size > 0);
  }

  metrics() {
    return scrape(this.metricsPort);
  }

  async stop(): Promise<void> {
    this.child?.kill();
    if (this.child) await once(this.child, 'exit');
    await rm(this.folder, { recursive: true });
  }

  private hostOf(host: HttpHost, index: number): Host {
    const place = { port: () => this.ports[index], metrics: () => this.metrics() };
    return { ...elsewhere(host, 'bundled', place), isProxied: true, isHeard: true };
  }
}
