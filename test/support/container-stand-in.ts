import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const MEMORY_LIMIT = 400 * 2 ** 20;

/** A process with limited memory, and its place in Kubernetes. */
export interface Limited {
  readonly namespace: string;
  readonly pod: string;
  /** Undefined while it does not run. */
  pid(): number | undefined;
}

/** Replaces cAdvisor, which only a kubelet has. It uses cAdvisor's names and real values. */
export class ContainerStandIn {
  private constructor(private readonly server: Server) {}

  static async open(containers: readonly Limited[]): Promise<ContainerStandIn> {
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(containers.map(samples).join(''));
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

function samples({ namespace, pod, pid }: Limited): string {
  const labels = `{namespace="${namespace}",pod="${pod}",container="server"}`;
  const bytes = residentBytes(pid());
  if (bytes === undefined) return '';
  return (
    `container_memory_working_set_bytes${labels} ${bytes}\n` +
    `container_spec_memory_limit_bytes${labels} ${MEMORY_LIMIT}\n`
  );
}

function residentBytes(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    // The process has just ended.
    return undefined;
  }
}
