import { Collector } from '../../../scripts/collector/collector.js';
import type { Target } from '../../support/alerting.js';
import type { Limited } from '../../support/container-stand-in.js';
import { FaultyServer } from '../../support/faulty-server.js';

/** A collector that can be stopped and started again under the same address. */
class CutOff {
  private constructor(private running: Collector) {}

  static async start(): Promise<CutOff> {
    return new CutOff(await Collector.start({ keep: false }));
  }

  get url(): string {
    return this.running.url;
  }

  stop(): void {
    this.running.stop();
  }

  async start(): Promise<void> {
    this.running = await Collector.start({ port: this.running.port, keep: false });
  }
}

/**
 * Two pods of a server under load. Their namespace is their own, so that alerts about them can be told apart
 * from all others.
 */
export class Place {
  private constructor(
    readonly namespace: string,
    readonly servers: readonly [FaultyServer, FaultyServer],
    readonly collector: CutOff,
  ) {}

  static async open(namespace: string): Promise<Place> {
    const collector = await CutOff.start();
    const servers = await Promise.all([FaultyServer.start(exportingTo(collector)), FaultyServer.start()]);
    for (const server of servers) {
      server.load('work', 0, 100);
      server.load('wait', 5, 100);
    }
    return new Place(namespace, servers, collector);
  }

  get targets(): readonly Target[] {
    const { namespace, servers } = this;
    return servers.map(({ target }, index) => ({
      address: target,
      labels: { namespace, pod: podOf(index) },
    }));
  }

  get containers(): readonly Limited[] {
    const { namespace, servers } = this;
    return servers.map((server, index) => ({ namespace, pod: podOf(index), pid: () => server.pid }));
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
    this.collector.stop();
  }
}

const podOf = (index: number) => `pod-${index}`;

/** Variables of a server that notices quickly when no collector accepts its spans. */
function exportingTo({ url }: CutOff): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_TIMEOUT: '3000',
    OTEL_BSP_SCHEDULE_DELAY: '200',
  };
}
