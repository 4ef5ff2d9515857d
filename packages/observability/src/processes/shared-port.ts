import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { AdminAddress, AdminServer } from '../admin/server.js';
import type { WarningCode } from '../codes/codes.js';
import { logWarning } from '../codes/tell.js';
import { Leader } from './leader.js';
import { Member } from './member.js';
import { type Shown, Snapshots } from './snapshot.js';
import { socketPath } from './socket-path.js';
import { viewOf } from './view.js';

/** How often a port is asked for that another server has. */
const RETRY_MS = 5_000;
/** Processes that all want a port that got free must not all ask at once. */
const SPREAD_MS = 50;

/** Hears of what people should know. */
interface PortLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** What a port is shared for, and who is told. */
export interface SharedPortOptions {
  readonly admin: AdminServer;
  readonly host: string | undefined;
  readonly port: number;
  readonly shown: Shown;
  readonly log: PortLog;
  /** Called each time that this process gets the port. */
  readonly onListening: (address: AdminAddress) => void;
  /** Called for a metric, or a process, of another version of the package whose numbers can't be added to ours. */
  readonly onUnlike: () => void;
}

/**
 * One port for all processes, threads and copies of the toolkit of one server. The first to ask has it, and shows
 * the numbers of all; the others tell it theirs, and one of them takes over when it is gone. A port that another
 * server has is asked for until it is free.
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
    // Whoever takes any port shares none.
    this.path = port === 0 ? undefined : socketPath(host, port);
  }

  /** @returns where the numbers of this process are shown; undefined while they are not */
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

  /** What all processes show, when this one is not the only one. Never rejects. */
  readonly view = async (): Promise<Shown | undefined> => {
    const { leader } = this;
    if (leader === undefined) return this.viewOfMember();
    if (leader.isAlone) return undefined;
    const [collected, own] = await Promise.all([leader.collect(), this.snapshots.take()]);
    const view = viewOf(this.options.shown, own, collected, this.options.onUnlike);
    // Once the answer is made: nobody waits for it.
    setImmediate(() => void leader.giveIntoKeeping());
    return view;
  };

  /** For routes of the application, which any of its processes may answer. */
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

  /** The port is in use: by a process of this server, or by another one. */
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

  /** Once: it is asked for again and again. */
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
