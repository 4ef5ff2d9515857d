import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { catalog } from '@pmcp/observability/catalog';
import { process as node } from '../../dashboards/external.js';
import { omitsZeros } from '../../packages/observability/src/admin/negotiate.js';
import { endpointGauges, endpointSeries, type Growing, unfinishedSeries } from './endpoint.js';
import { type Now, nativePage, textPage } from './page.js';

const CALLS_A_SECOND = 0.2;
/** The share of calls that fail, below what any SLO allows. */
export const FAILING_SHARE = 0.0005;
const MEAN_SECONDS = 0.05;
/**
 * The calls are spread evenly over this many of the lowest buckets, so that none is slow enough for an alert.
 */
const BUCKETS_REACHED = 8;

/** Upper bounds of the buckets of the request duration, as they are exposed. */
const BOUNDS = [...(catalog.requestDuration.buckets ?? []), '+Inf'];

const GAUGES: readonly Now[] = [
  `${catalog.ready.name} 1`,
  `${catalog.buildInfo.name}{server="synthetic",version="1.0.0",sdk="v2"} 1`,
  `${catalog.toolDefinitions.name}{fingerprint="0123456789abcdef"} 1`,
  `${catalog.activeConnections.name}{transport="streamable-http"} 20`,
  `${catalog.connectionsLimit.name} 100`,
  `${catalog.requestsInFlight.name}{method="tools/call"} 1`,
  `${node.eventLoopUtilization.name} 0.2`,
].map(gaugeOf);

const PROTOBUF = 'application/vnd.google.protobuf';
const NATIVE = `${PROTOBUF}; proto=io.prometheus.client.MetricFamily; encoding=delimited`;

/** Text, protobuf, and protobuf without counters of names that are still 0. */
type Format = 'text' | 'native' | 'sparse';

/** Serves the pages of many servers with many tools each. Their counters grow with time. */
export class SyntheticServers {
  private readonly start = Date.now();
  private calls = -1;
  private pages: Partial<Record<Format, string | Buffer>> = {};

  private constructor(
    private readonly server: Server,
    private readonly tools: number,
  ) {}

  static async open(tools: number): Promise<SyntheticServers> {
    const server = createServer();
    const synthetic = new SyntheticServers(server, tools);
    server.on('request', (request, response) => {
      const isNative = request.headers.accept?.startsWith(PROTOBUF) ?? false;
      response.setHeader('content-type', isNative ? NATIVE : 'text/plain; version=0.0.4');
      const native = omitsZeros(request.url ?? '') ? 'sparse' : 'native';
      response.end(synthetic.page(isNative ? native : 'text'));
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

  /** Returns the page, which is the same for all servers. It is rendered again after each call. */
  private page(format: Format): string | Buffer {
    const calls = Math.floor(((Date.now() - this.start) / 1_000) * CALLS_A_SECOND);
    if (calls !== this.calls) this.pages = {};
    this.calls = calls;
    this.pages[format] ??= this.rendered(format, calls);
    return this.pages[format];
  }

  private rendered(format: Format, calls: number): string | Buffer {
    const series = this.series(calls);
    if (format === 'text') return textPage(series);
    return nativePage(format === 'sparse' ? series.filter((one) => !isUnused(one)) : series);
  }

  private series(calls: number): Now[] {
    const grow = (series: readonly Growing[]): Now[] =>
      series.map(({ name, labels, share }) => ({ name, labels, value: Math.floor(calls * share) }));
    return [
      ...GAUGES,
      ...endpointGauges.map(gaugeOf),
      ...grow(endpointSeries),
      ...grow(unfinishedSeries),
      ...Array.from({ length: this.tools }, (_, tool) => grow(toolSeries(`tool_${tool}`))).flat(),
    ];
  }
}

/** As a real server does: only counters of names. */
function isUnused({ name, labels, value }: Now): boolean {
  return value === 0 && name.endsWith('_total') && /\bname="[^"]/.test(labels);
}

function gaugeOf(line: string): Now {
  const [, name = '', labels = '', value] = /^(\w+)(?:\{(.*)\})? (.+)$/.exec(line) ?? [];
  return { name, labels, value: Number(value) };
}

/** Returns the series of one tool, with the growth of each for one call. */
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
