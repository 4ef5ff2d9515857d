import { setImmediate } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { ACCESS_REFUSALS, Access, type AccessRefusal } from './admin/access/access.js';
import { asksNobody } from './admin/access/policy.js';
import { createFetchHandler, type FetchHandler } from './admin/fetch.js';
import { isLoopback } from './admin/host.js';
import { createNodeHandler, type NodeHandler } from './admin/node.js';
import { createRoutes, isProbed } from './admin/routes.js';
import { type AdminAddress, AdminServer } from './admin/server.js';
import { logWarning } from './codes/tell.js';
import type { Health } from './health/health.js';
import type { Families } from './metrics/families.js';
import type { Recorder } from './metrics/recorder.js';
import type { Config } from './options.js';
import { claim, followClaim, type Place } from './processes/claim.js';
import { isOneOfSeveral } from './processes/identity.js';
import { SharedPort } from './processes/shared-port.js';
import type { Shown } from './processes/snapshot.js';
import type { Profiling } from './profiling/profiling.js';

/** What the port shows, and its callbacks. */
export interface AdminPortOptions {
  readonly config: Pick<Config, 'metrics' | 'health'>;
  readonly families: Families;
  readonly registry: Registry;
  readonly health: Health;
  readonly recorder: Recorder;
  readonly log: Logger;
  /** Undefined if profiles are off. */
  readonly profiling: Profiling | undefined;
  /** Called each time this process gets the port. */
  readonly onListening: (address: AdminAddress) => void;
  /** Called when the numbers of this process are shown elsewhere from now on. */
  readonly onMoved: () => void;
}

/** The port for operators, shared by all processes of a server, and its routes as handlers. */
export class AdminPort {
  readonly handler: NodeHandler;
  readonly fetch: FetchHandler;
  /** Undefined if everybody has access. */
  private readonly access: Access | undefined;
  /** The server of the separate port for probes, if there is one. */
  private probes: AdminServer | undefined;
  /** Undefined if there is no port, and until it is open. */
  private shared: SharedPort | undefined;
  private place: Place;
  /** Undefined until the first call. */
  private openedAt: Place | undefined;
  private isFollower = false;
  private opening: Promise<AdminAddress | undefined> | undefined;
  private isClosed = false;
  /** For a route that shows one of several processes. */
  private hasWarned = false;

  constructor(private readonly options: AdminPortOptions) {
    const { host, port } = options.config.metrics;
    this.place = { host, port };
    this.access = this.guard();
    const routes = createRoutes({ ...this.shown(), access: this.access, profiling: options.profiling });
    this.handler = createNodeHandler(routes);
    this.fetch = createFetchHandler(routes);
  }

  /**
   * For a toolkit that the application did not create. If the application created one too, this one shows its numbers there, and
   * has no page of its own, which would be empty.
   */
  follow(): void {
    this.isFollower = true;
    followClaim((place) => this.moveTo(place));
  }

  /** Never rejects. */
  open(): Promise<AdminAddress | undefined> {
    this.opening ??= this.isFollower ? this.openAfterOthers() : this.openFirst();
    return this.opening;
  }

  /** Never rejects. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.closePorts();
  }

  private async openFirst(): Promise<AdminAddress | undefined> {
    const { place } = this;
    claim(place);
    const address = await this.openPort();
    if (place.port === 0 && address) claim({ host: place.host, port: address.port });
    return address;
  }

  /** Waits a moment, since the application may be about to use its own toolkit. */
  private async openAfterOthers(): Promise<AdminAddress | undefined> {
    await setImmediate();
    return this.openPort();
  }

  private moveTo(place: Place): void {
    if (place.host === this.place.host && place.port === this.place.port) return;
    this.place = place;
    if (this.openedAt === undefined) return;
    const { log, onMoved } = this.options;
    onMoved();
    if (place.port === undefined)
      log.info(
        "no port for the register hook: the application's own toolkit has none, and what it observes is there",
      );
    const moved = async () => {
      await this.closePorts();
      return this.openPort();
    };
    this.opening = this.opening?.then(moved);
  }

  private async openPort(): Promise<AdminAddress | undefined> {
    const { registry, health, log, recorder } = this.options;
    const { host, port } = this.place;
    this.openedAt = this.place;
    if (port === undefined || this.isClosed) return undefined;
    this.shared = new SharedPort({
      admin: this.adminServer(this.handler, this.access),
      host,
      port,
      shown: { registry, health },
      log,
      onListening: (address) => this.opened(address),
      onUnlike: () => recorder.dropped('other_version'),
    });
    return this.shared.open();
  }

  private async closePorts(): Promise<void> {
    await Promise.all([this.shared?.close(), this.probes?.close()]);
  }

  private adminServer(handler: NodeHandler, access?: Access): AdminServer {
    const { config, log } = this.options;
    return new AdminServer(handler, log, config.metrics.allowedHosts, access);
  }

  private shown() {
    const { config, registry, health } = this.options;
    return {
      registry,
      health,
      healthDetails: config.health.details,
      view: () => this.view(),
      onFailure: (name: string, error: unknown) => this.failed(name, error),
    };
  }

  /** Returns what all processes of the server show, if there are several. */
  private async view(): Promise<Shown | undefined> {
    if (this.shared === undefined && this.options.config.metrics.port === undefined && isOneOfSeveral())
      this.showsOne();
    return this.shared?.view();
  }

  /** Warns only once, since many attempts follow. */
  private showsOne(): void {
    if (this.hasWarned) return;
    this.hasWarned = true;
    logWarning(
      this.options.log,
      'PMCP_W_ONE_OF_SEVERAL',
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
      warn: (code, text) => logWarning(log, code, text),
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
    const open = createRoutes(this.shown());
    const probed = createNodeHandler((request) => (isProbed(request.path) ? open(request) : undefined));
    this.probes = this.adminServer(probed);
    const address = await this.probes.listen(host, access.healthPort);
    if (address) log.info({ healthPort: address.port }, `health for probes on port ${address.port}`);
  }

  private failed(name: string, error: unknown): void {
    const { recorder, log } = this.options;
    recorder.dropped('collect_failed');
    logWarning(log, 'PMCP_W_ROUTE_FAILED', `could not serve ${name}`, { err: error });
  }
}
