import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { scrape } from './exposition.js';

/** Where the servers are, to Prometheus. */
export const NAMESPACE = 'shop';
const MEMORY_LIMIT = 400 * 2 ** 20;

/** A server whose memory is limited. */
interface Limited {
  readonly target: string;
  readonly pod: string;
}

/** Stands in for cAdvisor, which only a kubelet has: its names, and true values. */
export class ContainerStandIn {
  private constructor(private readonly server: Server) {}

  static async open({ target, pod }: Limited): Promise<ContainerStandIn> {
    const labels = `{namespace="${NAMESPACE}",pod="${pod}",container="server"}`;
    const page = async () =>
      `container_memory_working_set_bytes${labels} ${await residentBytes(target)}\n` +
      `container_spec_memory_limit_bytes${labels} ${MEMORY_LIMIT}\n`;
    const server = createServer(async (_, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      // While the server is down, there is nothing to show.
      response.end(await page().catch(() => ''));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ContainerStandIn(server);
  }

  get target(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

async function residentBytes(target: string): Promise<number | undefined> {
  const samples = await scrape(Number(new URL(`http://${target}`).port));
  return samples.get('process_resident_memory_bytes');
}
