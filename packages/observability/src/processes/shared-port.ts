import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { AdminAddress, AdminServer } from '../admin/server.js';
import type { WarningCode } from '../codes/codes.js';
import { logWarning } from '../codes/tell.js';
import { Leader } from './leader.js';
import { Member } from './member.js';
import { type Shown, Snapshots } from './snapshot.js';
import { socketPath } from './socket-path.js';
import { viewOf } from './view.js';

/** How often we try to get a port that another server has. */
const RETRY_MS = 5_000;
/** Spreads the attempts of processes that all wait for the same port. */
const SPREAD_MS = 50;

/** Receives what people should know. */
interface PortLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** What is shared through a port, and the callbacks. */
export interface SharedPortOptions {
  readonly admin: AdminServer;
  readonly host: string | undefined;
  readonly port: number;
  readonly shown: Shown;
  readonly log: PortLog;
  /** Called each time this process gets the port. */
  readonly onListening: (address: AdminAddress) => void;
  /** Called for a metric or a process of another package version whose numbers can't be merged with ours. */
  readonly onUnlike: () => void;
}

/**
 * One port for all processes, threads and toolkit copies of one server. The first one gets it, and shows the numbers of all. The
 * others send it their numbers, and one of them takes over when it ends. If another server has the port, we try again until
 * it is free.
 */
export class SharedPort {
  private readonly snapshots: Snapshots;
  private readonly member: Member;
  private readonly path: string | undefined;
  private leader: Leader | undefined;
  private retry: NodeJS.Timeout | undefined;
  private isClosed = false;
  private hasWarned = false;

  constructor(private readonly options: SharedPortOptions) {
    const { host, port, shown } = options;
    this.snapshots = new Snapshots(shown);
    this.member = new Member(this.snapshots);
    // Port 0 means any free port, which can't be shared.
    this.path = port === 0 ? undefined : socketPath(host, port);
  }

  /** @returns where the numbers of this process are shown; undefined while they are not shown */
  async open(): Promise<AdminAddress | undefined> {
    if (this.isClosed) return undefined;
    const { admin, host, port, onListening } = this.options;
    let inUse: Error | undefined;
    const address = await admin.listen(host, port, (error) => {
      inUse = error;
    });
    if (inUse !== undefined) return this.join(inUse);
    if (address === undefined) {
      if (admin.isUnprepared) this.openAfter(RETRY_MS);
      return undefined;
    }
    this.lead(address);
    onListening(address);
    return address;
  }

  /** Returns what all processes show, or undefined if this is the only one. Never rejects. */
  readonly view = async (): Promise<Shown | undefined> => {
    const { leader } = this;
    if (leader === undefined) return this.viewOfMember();
    if (leader.isAlone) return undefined;
    const [collected, own] = await Promise.all([leader.collect(), this.snapshots.take()]);
    const view = viewOf(this.options.shown, own, collected, this.options.onUnlike);
    // After the answer, since nothing waits for this.
    setImmediate(() => void leader.giveIntoKeeping());
    return view;
  };

  /** For routes of the application, which any process may answer. */
  private async viewOfMember(): Promise<Shown | undefined> {
    const others = await this.member.others();
    if (others === undefined) return undefined;
    const own = await this.snapshots.take();
    return viewOf(this.options.shown, own, others, this.options.onUnlike);
  }

  /** Never rejects. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.retry);
    await this.member.leave();
    await this.leader?.giveIntoKeeping();
    await this.options.admin.close();
    this.leader?.close();
  }

  private lead(address: AdminAddress): void {
    if (this.path === undefined) return;
    this.leader = new Leader(address, this.snapshots, this.member.inherited, this.options.onUnlike);
    this.leader.listen(this.path);
  }

  /** The port is in use, by a process of this server or by another server. */
  private async join(inUse: Error): Promise<AdminAddress | undefined> {
    const left = () => this.openAfter(Math.random() * SPREAD_MS);
    const address = this.path === undefined ? undefined : await this.member.join(this.path, left);
    if (address === undefined) {
      this.warn(inUse);
      this.openAfter(RETRY_MS);
      return undefined;
    }
    const { port } = address;
    this.options.log.info(
      { port },
      `metrics and health are on port ${port}, which another process or copy of this server has`,
    );
    return address;
  }

  private openAfter(ms: number): void {
    if (this.isClosed) return;
    this.retry = setTimeout(() => void this.open(), ms).unref();
  }

  /** Warns only once, since many attempts follow. */
  private warn(inUse: Error): void {
    if (this.hasWarned) return;
    this.hasWarned = true;
    const [code, text]: [WarningCode, string] = this.member.isOtherVersion
      ? [
          'PMCP_W_OTHER_VERSION',
          `no /metrics: ${inUse.message}, by a process of this server with another version of @pmcp/observability, which leaves ` +
            'out this one and counts that; it is asked for again every 5 seconds. Let all processes have one version',
        ]
      : [
          'PMCP_W_PORT_IN_USE',
          `no /metrics: ${inUse.message}, by something else than this server; it is asked for again every 5 seconds. ` +
            'Set PMCP_METRICS_PORT to a free port, 0 for any, or off',
        ];
    logWarning(this.options.log, code, text, { err: inUse });
  }
}
