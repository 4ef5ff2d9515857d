import { createServer } from 'node:http';
import type { IPod } from 'kubernetes-models/v1';
import { closed, opened } from './loopback.js';

/** The metric that a kubelet would have, as cores and not as a counter, so that no rate needs to settle. */
export const CORES = 'loopback_container_cores';
export const BYTES = 'loopback_container_bytes';

const IDLE_CORES = 0.01;
const IDLE_BYTES = 20_000_000;

/**
 * What the containers of all pods use, as a test sets it: the processes of a test are busy at odd moments, and share two
 * cores. `PUT /notes?cores=0.2` sets it for all containers with the name `notes`, `GET /metrics` has the metrics.
 */
export class Usage {
  private readonly pods = new Map<string, IPod>();
  private readonly cores = new Map<string, number>();
  private readonly server = createServer(({ method, url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://usage');
    if (method === 'PUT') this.cores.set(pathname.slice(1), Number(searchParams.get('cores')));
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(this.text());
  });

  start(): Promise<string> {
    return opened(this.server);
  }

  stop(): void {
    closed(this.server);
  }

  add(pod: IPod): void {
    this.pods.set(pod.metadata!.uid!, pod);
  }

  remove(pod: IPod): void {
    this.pods.delete(pod.metadata!.uid!);
  }

  private text(): string {
    const lines = [...this.pods.values()].flatMap(({ metadata, spec }) =>
      spec!.containers.flatMap(({ name }) => {
        const labels = `{namespace="${metadata!.namespace}",pod="${metadata!.name}",container="${name}"}`;
        return [`${CORES}${labels} ${this.cores.get(name) ?? IDLE_CORES}`, `${BYTES}${labels} ${IDLE_BYTES}`];
      }),
    );
    return `${lines.join('\n')}\n`;
  }
}
