import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { ACCESS_REFUSALS, Access, type AccessRefusal } from './admin/access/access.js';
import { asksNobody } from './admin/access/policy.js';
import { createFetchHandler, type FetchHandler } from './admin/fetch.js';
import { isLoopback } from './admin/host.js';
import { createNodeHandler, type NodeHandler } from './admin/node.js';
import { createRoutes, isProbed } from './admin/routes.js';
import { type AdminAddress, AdminServer } from './admin/server.js';
import type { Health } from './health/health.js';
import type { Families } from './metrics/families.js';
import type { Recorder } from './metrics/recorder.js';
import type { Config } from './options.js';
import { isOneOfSeveral } from './processes/identity.js';
import { SharedPort } from './processes/shared-port.js';
import type { Shown } from './processes/snapshot.js';
import type { Profiling } from './profiling/profiling.js';

/** What the port shows, and who is told of what befalls it. */
export interface AdminPortOptions {
  readonly config: Pick<Config, 'metrics' | 'health'>;
  readonly families: Families;
  readonly registry: Registry;
  readonly health: Health;
  readonly recorder: Recorder;
  readonly log: Logger;
  /** Undefined where nobody may take profiles. */
  readonly profiling: Profiling | undefined;
  /** Called each time that this process gets the port. */
  readonly onListening: (address: AdminAddress) => void;
}

/** The port for operators, which all processes of a server share, and the same routes as handlers. */
export class AdminPort {
  readonly handler: NodeHandler;
  readonly fetch: FetchHandler;
  /** Undefined where everybody may ask. */
  private readonly access: Access | undefined;
  private readonly server: AdminServer;
  /** For probes alone, where those have a port of their own. */
  private readonly probes: AdminServer | undefined;
  /** Undefined when no port is to be opened, and until one is. */
  private shared: SharedPort | undefined;
  /** Of a route that shows one process of several. */
  private hasWarned = false;

  constructor(private readonly options: AdminPortOptions) {
    const { config, log, registry, health, profiling } = options;
    const { allowedHosts } = config.metrics;
    this.access = this.guard();
    const shown = {
      registry,
      health,
      healthDetails: config.health.details,
      view: () => this.view(),
      onFailure: (name: string, error: unknown) => this.failed(name, error),
    };
    const routes = createRoutes({ ...shown, access: this.access, profiling });
    this.handler = createNodeHandler(routes);
    this.fetch = createFetchHandler(routes);
    this.server = new AdminServer(this.handler, log, allowedHosts, this.access);
    if (config.metrics.access.healthPort === undefined) return;
    const open = createRoutes(shown);
    const probed = createNodeHandler((request) => (isProbed(request.path) ? open(request) : undefined));
    this.probes = new AdminServer(probed, log, allowedHosts);
  }

  /** Never rejects. */
  async open(): Promise<AdminAddress | undefined> {
    const { config, registry, health, log, recorder } = this.options;
    const { port, host } = config.metrics;
    if (port === undefined) return undefined;
    this.shared = new SharedPort({
      admin: this.server,
      host,
      port,
      shown: { registry, health },
      log,
      onListening: (address) => this.opened(address),
      onUnlike: () => recorder.dropped('other_version'),
    });
    return this.shared.open();
  }

  /** Never rejects. */
  async close(): Promise<void> {
    await Promise.all([this.shared?.close(), this.probes?.close()]);
  }

  /** What all processes of the server show, where there are several. */
  private async view(): Promise<Shown | undefined> {
    if (this.shared === undefined && this.options.config.metrics.port === undefined && isOneOfSeveral())
      this.showsOne();
    return this.shared?.view();
  }

  /** Once: it is asked for again and again. */
  private showsOne(): void {
    if (this.hasWarned) return;
    this.hasWarned = true;
    this.options.log.warn(
      'a route shows this process only, which is one of several: they find each other by their port, and metrics.port ' +
        'is off. Set PMCP_METRICS_PORT, and the route shows all of them',
    );
  }

  private guard(): Access | undefined {
    const { config, families, log } = this.options;
    const { access } = config.metrics;
    if (Object.values(access.files).every((file) => file === undefined)) return undefined;
    const { adminRefused } = families;
    const slots = new Map(ACCESS_REFUSALS.map((reason) => [reason, adminRefused.slot(reason)]));
    return new Access(access, {
      warn: (text) => log.warn(text),
      refused: (reason: AccessRefusal) => adminRefused.add(slots.get(reason)!, 1),
    });
  }

  private opened(address: AdminAddress): void {
    const { log, onListening } = this.options;
    const { address: host, port } = address;
    const policy = this.access?.latest;
    const tls = policy?.tls ? ', over TLS' : '';
    const isOpen = (policy === undefined || asksNobody(policy)) && !isLoopback(host);
    const open = isOpen
      ? ', to everybody who reaches it: docs/admin-port.md says how to ask for credentials'
      : '';
    log.info({ host, port }, `metrics and health on port ${port}${tls}${open}`);
    onListening(address);
    void this.openForProbes();
  }

  private async openForProbes(): Promise<void> {
    const { config, log } = this.options;
    const { host, access } = config.metrics;
    if (access.healthPort === undefined) return;
    const address = await this.probes?.listen(host, access.healthPort);
    if (address) log.info({ healthPort: address.port }, `health for probes on port ${address.port}`);
  }

  private failed(name: string, error: unknown): void {
    const { recorder, log } = this.options;
    recorder.dropped('collect_failed');
    log.warn({ err: error }, `could not serve ${name}`);
  }
}
