import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import {
  decodeLogs,
  decodeMetrics,
  decodeSpans,
  encodeResponse,
  type LogRecord,
  type Metric,
  type Span,
} from '../../scripts/collector/decode.js';

/** A collector on loopback that receives OTLP over HTTP, as protobuf. */
export class HttpCollector {
  readonly spans: Span[] = [];
  readonly logs: LogRecord[] = [];
  readonly metrics: Metric[] = [];
  readonly requests: { readonly path: string | undefined; readonly headers: IncomingHttpHeaders }[] = [];
  /**
   * How many items of each export it reports as rejected,
   * and the statuses with which it rejects the next exports.
   */
  readonly behaviour = { reject: 0, refuse: [] as number[] };

  private constructor(private readonly server: Server) {}

  static async start(): Promise<HttpCollector> {
    const server = createServer();
    const collector = new HttpCollector(server);
    server.on('request', async (request, response) => {
      collector.requests.push({ path: request.url, headers: request.headers });
      const refuse = collector.behaviour.refuse.shift();
      const body = await buffer(request);
      if (refuse !== undefined) return response.writeHead(refuse, { 'retry-after': '0' }).end();
      collector.take(request.url, request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
      response.writeHead(200, { 'content-type': 'application/x-protobuf' });
      return response.end(encodeResponse(collector.behaviour.reject));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private take(path: string | undefined, bytes: Buffer): void {
    if (path === '/v1/traces') this.spans.push(...decodeSpans(bytes));
    else if (path === '/v1/logs') this.logs.push(...decodeLogs(bytes));
    else if (path === '/v1/metrics') this.metrics.push(...decodeMetrics(bytes));
  }
}
