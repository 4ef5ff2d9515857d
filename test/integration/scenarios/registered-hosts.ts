import { scrape } from '../../support/exposition.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { elsewhere } from './elsewhere.js';
import type { Host } from './host.js';
import { type HttpHost, httpHosts } from './http-hosts.js';

const PROGRAM = ['--import', '@pmcp/observability/register', 'test/fixtures/scenarios/bare-http.mjs'];

/** The HTTP servers in one process, unchanged: only the register hook observes them. */
export class Registered {
  private server: HttpServer | undefined;
  private ports: readonly number[] = [];

  /** Without the host whose handler is observed, which is the same as others here. */
  readonly hosts: readonly Host[] = httpHosts.flatMap((host, index) =>
    host.title.includes('observed handler') ? [] : [this.hostOf(host, index)],
  );

  async start(env: Record<string, string>): Promise<void> {
    this.server = await startHttpServer({}, env, PROGRAM);
    const told = this.server.stderr.find((line) => line.includes('"ports"')) ?? '{}';
    this.ports = (JSON.parse(told) as { ports: number[] }).ports;
  }

  metrics() {
    return scrape(Number(new URL(this.server?.admin ?? '').port));
  }

  async stop(): Promise<void> {
    this.server?.child.kill();
    await this.server?.ended;
  }

  private hostOf(host: HttpHost, index: number): Host {
    const place = { port: () => this.ports[index], metrics: () => this.metrics() };
    return elsewhere(host, 'registered', place);
  }
}
