import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { catalog } from '@pmcp/observability/catalog';

const CALLS_A_SECOND = 0.2;
const FAILING_SHARE = 0.001;

/** The pages of many servers with many tools each, whose counters grow with time. */
export class SyntheticServers {
  private readonly start = Date.now();

  private constructor(
    private readonly server: Server,
    private readonly tools: number,
  ) {}

  static async open(tools: number): Promise<SyntheticServers> {
    const server = createServer();
    const synthetic = new SyntheticServers(server, tools);
    server.on('request', (_, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(synthetic.page());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return synthetic;
  }

  get target(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private page(): string {
    const calls = Math.floor(((Date.now() - this.start) / 1_000) * CALLS_A_SECOND);
    const lines = [
      `${catalog.ready.name} 1`,
      `${catalog.buildInfo.name}{server="synthetic",version="1.0.0",sdk="v2"} 1`,
      `${catalog.toolDefinitions.name}{fingerprint="0123456789abcdef"} 1`,
      `${catalog.activeConnections.name}{transport="streamable-http"} 20`,
      `${catalog.connectionsLimit.name} 100`,
      `${catalog.requestsInFlight.name}{method="tools/call"} 1`,
    ];
    for (let tool = 0; tool < this.tools; tool++) lines.push(...toolLines(`tool_${tool}`, calls));
    return `${lines.join('\n')}\n`;
  }
}

function toolLines(name: string, calls: number): string[] {
  const labels = `method="tools/call",name="${name}"`;
  const failed = Math.floor(calls * FAILING_SHARE);
  const { requests, requestDuration } = catalog;
  const bounds = [...(requestDuration.buckets ?? []), '+Inf'];
  return [
    `${requests.name}{${labels},outcome="ok"} ${calls - failed}`,
    `${requests.name}{${labels},outcome="tool_error"} ${failed}`,
    ...bounds.map((le, index) => {
      const count = Math.floor((calls * (index + 1)) / bounds.length);
      return `${requestDuration.name}_bucket{${labels},le="${le}"} ${count}`;
    }),
    `${requestDuration.name}_sum{${labels}} ${calls * 0.05}`,
    `${requestDuration.name}_count{${labels}} ${calls}`,
  ];
}
