import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../fixtures/scrapes');

/** Programs that can't run on one machine. Their scrapes are served from files. */
export const RECORDED = [
  'kube-state-metrics',
  'cadvisor',
  'ingress-nginx',
  'envoy-gateway',
  'istio',
  'nginx-gateway-fabric',
  'nginx-gateway-fabric-plus',
  'agentgateway',
] as const;

/** The pods in the recorded scrapes. */
export const PODS = ['notes-7d9c5b-abcde', 'notes-7d9c5b-fghij'] as const;

type Recorded = (typeof RECORDED)[number];

/** Serves the recorded scrapes, each on its own port. Counters grow with time, so that rates exist. */
export class RecordedScrapes {
  private readonly start = performance.now();
  private readonly servers = new Map(RECORDED.map((name) => [name, this.server(name)]));

  async listen(): Promise<void> {
    await Promise.all(
      [...this.servers.values()].map((server) => once(server.listen(0, '127.0.0.1'), 'listening')),
    );
  }

  /** Returns where a scrape is served, as `host:port`. */
  at(name: Recorded): string {
    const { port } = this.servers.get(name)!.address() as AddressInfo;
    return `127.0.0.1:${port}`;
  }

  close(): void {
    for (const server of this.servers.values()) {
      server.close();
      server.closeAllConnections();
    }
  }

  private server(name: Recorded): Server {
    return createServer(async (_, response) => {
      const page = await readFile(join(FOLDER, `${name}.prom`), 'utf8');
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(grown(page, 1 + (performance.now() - this.start) / 10_000));
    });
  }
}

/** Multiplies counters and histograms. Keeps gauges, and the timestamps that cAdvisor adds to values. */
function grown(page: string, factor: number): string {
  const types = new Map([...page.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]));
  return page.replace(/^(\w+)(\{.*\}) (\S+)/gm, (sample, name: string, labels: string, value: string) => {
    const type = types.get(name) ?? types.get(name.replace(/_(bucket|sum|count)$/, ''));
    return type === 'gauge' ? sample : `${name}${labels} ${Number(value) * factor}`;
  });
}
