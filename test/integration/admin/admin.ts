import { once } from 'node:events';
import { type IncomingMessage, type RequestOptions, type Server, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, vi } from 'vitest';
import { createNodeHandler, type NodeHandler } from '../../../packages/observability/src/admin/node.js';
import { createRoutes, type Routes } from '../../../packages/observability/src/admin/routes.js';
import { AdminServer } from '../../../packages/observability/src/admin/server.js';
import { Health } from '../../../packages/observability/src/health/health.js';
import { createFamilies } from '../../../packages/observability/src/metrics/families.js';
import { ScalarFamily } from '../../../packages/observability/src/metrics/family.js';
import { RegisteredFamily } from '../../../packages/observability/src/metrics/registry.js';
import { resolveOptions } from '../../../packages/observability/src/options.js';
import { responseTo } from '../../support/response.js';

export const host = '127.0.0.1';
/** Several megabytes: more than the socket buffers between server and client hold. */
export const SERIES = 100_000;

/** An admin server for each test, and its parts. Its registry has one counter. */
export class Admin {
  health!: Health;
  large!: ScalarFamily;
  routes!: Routes;
  handler!: NodeHandler;
  /** The port that requests go to: the admin server's, unless a test starts its own server. */
  port = 0;
  readonly warn = vi.fn();
  readonly onFailure = vi.fn();
  private server!: AdminServer;
  private readonly servers: Server[] = [];

  constructor() {
    beforeEach(() => this.start());
    afterEach(() => this.stop());
  }

  grow(): void {
    for (let i = 0; i < SERIES; i++) this.large.slot(`${i}${'x'.repeat(50)}`);
  }

  /** Starts a server of the application, and sends requests to it from now on. */
  async serve(server: Server): Promise<void> {
    this.servers.push(server);
    await once(server.listen(0, host), 'listening');
    this.port = (server.address() as AddressInfo).port;
  }

  async open(path: string, options: RequestOptions = {}): Promise<IncomingMessage> {
    const response = await responseTo(send({ host, port: this.port, path, ...options }).end());
    return response;
  }

  async get(path: string, options: RequestOptions = {}) {
    const response = await this.open(path, options);
    const { statusCode: status, headers } = response;
    return { status, headers, body: await buffer(response) };
  }

  private async start(): Promise<void> {
    vi.clearAllMocks();
    const { registry } = resolveOptions({}, {}).metrics;
    this.large = new ScalarFamily({ name: 'large_total', type: 'counter', help: 'Large.', labels: ['i'] });
    this.large.slot('first');
    registry.registerMetric(new RegisteredFamily(this.large, registry) as never);
    this.health = new Health(createFamilies());
    this.routes = createRoutes({ registry, health: this.health, onFailure: this.onFailure });
    this.handler = createNodeHandler(this.routes);
    this.server = new AdminServer(this.handler, { warn: this.warn });
    this.port = (await this.server.listen(host, 0))!.port;
  }

  private async stop(): Promise<void> {
    vi.restoreAllMocks();
    await this.server.close();
    for (const server of this.servers.splice(0)) server.close().closeAllConnections();
  }
}
