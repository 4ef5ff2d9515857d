import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { catalog } from '@pmcp/observability/catalog';
import { process as node } from '../../dashboards/external.js';
import { endpointGauges, endpointSeries, type Growing, unfinishedSeries } from './endpoint.js';

const CALLS_A_SECOND = 0.2;
/** Of the calls; less than what any SLO allows. */
export const FAILING_SHARE = 0.0005;
const MEAN_SECONDS = 0.05;
/** The calls spread evenly over so many of the lowest buckets: none is slow enough for an alert. */
const BUCKETS_REACHED = 8;

/** Upper bounds of the buckets of the duration of requests, as they are exposed. */
const BOUNDS = [...(catalog.requestDuration.buckets ?? []), '+Inf'];

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
      `${node.eventLoopUtilization.name} 0.2`,
    ];
    lines.push(...endpointGauges);
    const grow = (series: readonly Growing[]) => {
      for (const { name, labels, share } of series)
        lines.push(`${name}{${labels}} ${Math.floor(calls * share)}`);
    };
    grow(endpointSeries);
    grow(unfinishedSeries);
    for (let tool = 0; tool < this.tools; tool++) grow(toolSeries(`tool_${tool}`));
    return `${lines.join('\n')}\n`;
  }
}

/** The series of one tool, and by how much each grows with a call. */
export function toolSeries(tool: string): Growing[] {
  const labels = `method="tools/call",name="${tool}"`;
  const { requests, requestDuration } = catalog;
  return [
    { name: requests.name, labels: `${labels},outcome="ok"`, share: 1 - FAILING_SHARE },
    { name: requests.name, labels: `${labels},outcome="tool_error"`, share: FAILING_SHARE },
    ...BOUNDS.map((le, index) => ({
      name: `${requestDuration.name}_bucket`,
      labels: `${labels},le="${le}"`,
      share: Math.min(1, (index + 1) / BUCKETS_REACHED),
    })),
    { name: `${requestDuration.name}_sum`, labels, share: MEAN_SECONDS },
    { name: `${requestDuration.name}_count`, labels, share: 1 },
  ];
}
