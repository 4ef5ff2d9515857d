import { rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { Estate, type EstateSnapshot } from './estate.js';
import { frame, readFrames } from './frames.js';
import { identity, isOtherVersion, isSameServer } from './identity.js';
import type { Inheritance, ToLeader, ToMember } from './messages.js';
import type { ProcessSnapshot, Snapshots } from './snapshot.js';
import { Reader, type WireSnapshot } from './wire.js';

/** How long a process may take to send its numbers. After that, a scrape shows its last ones. */
const COLLECT_MS = 200;
const ASK = frame({ kind: 'collect' } satisfies ToMember);
/** How many processes keep a copy of the counts, in case this one ends. */
const KEEPERS = 2;

interface Sibling {
  readonly id: string;
  readonly worker: number;
  readonly socket: Socket;
  readonly reader: Reader;
  last: ProcessSnapshot | undefined;
  /** Called when the requested numbers arrived. */
  answered: (() => void) | undefined;
}

/** The snapshots of the other processes of a server, and the counts of those that ended. */
export interface Collected {
  readonly siblings: readonly { readonly worker: number; readonly snapshot: ProcessSnapshot }[];
  readonly gone: readonly EstateSnapshot[];
}

/** The process that has the port. It asks the others for their numbers, and keeps the counts of those that ended. */
export class Leader {
  private readonly server: Server;
  private readonly siblings = new Set<Sibling>();
  private readonly estate = new Estate();
  private inheritance: Inheritance = { sequence: 0, estate: { families: [], foreign: [] }, present: [] };
  /** By id: processes that an earlier owner of the port knew, and that have not connected to us yet. */
  private readonly missing = new Map<string, ProcessSnapshot>();
  private collecting: Promise<void> | undefined;

  /**
   * @param inheritance what an earlier owner of the port left
   * @param onLeftOut called for each process of another version, whose numbers can't be read
   */
  constructor(
    private readonly address: AddressInfo,
    private readonly own: Snapshots,
    inheritance: Inheritance | undefined,
    private readonly onLeftOut: () => void,
  ) {
    if (inheritance) this.inherit(inheritance);
    this.server = createServer((socket) => this.connected(socket));
    this.server.on('error', () => {});
    this.server.unref();
  }

  /** Only the owner of the port comes here, so a socket that exists at the path is left over. */
  listen(path: string): void {
    if (process.platform !== 'win32') rmSync(path, { force: true });
    this.server.listen({ path, exclusive: true });
  }

  /** Whether there is no other process, and never was one. */
  get isAlone(): boolean {
    return this.siblings.size === 0 && this.gone.length === 0;
  }

  /** Returns what every other process shows, present or ended. Asks all present ones at once. */
  async collect(): Promise<Collected> {
    this.collecting ??= this.ask().finally(() => {
      this.collecting = undefined;
    });
    await this.collecting;
    return { siblings: this.known, gone: this.gone };
  }

  /** Gives other processes a copy of what would be lost with this one. Never rejects. */
  async giveIntoKeeping(): Promise<void> {
    const keepers = [...this.siblings].slice(0, KEEPERS);
    if (keepers.length === 0) return;
    const own = await this.own.take();
    const estate = new Estate();
    for (const part of this.gone) estate.add(part);
    const sequence = this.inheritance.sequence + 1;
    this.inheritance = { ...this.inheritance, sequence };
    const present = [own, ...this.known.map(({ snapshot }) => snapshot)];
    const message = frame({
      kind: 'keep',
      inheritance: { sequence, estate: estate.snapshot, present },
    } satisfies ToMember);
    for (const { socket } of keepers) socket.write(message);
  }

  close(): void {
    this.server.close();
    for (const { socket } of this.siblings) socket.end();
  }

  private get known(): Collected['siblings'] {
    return [...this.siblings].flatMap(({ worker, last }) => (last ? [{ worker, snapshot: last }] : []));
  }

  private get gone(): Collected['gone'] {
    const estates = [this.inheritance.estate, this.estate.snapshot].filter((estate) => !isEmpty(estate));
    return [...estates, ...this.missing.values()];
  }

  private inherit(inheritance: Inheritance): void {
    if (inheritance.sequence <= this.inheritance.sequence) return;
    this.inheritance = inheritance;
    this.missing.clear();
    const here = new Set([this.own.id, ...[...this.siblings].map(({ id }) => id)]);
    for (const snapshot of inheritance.present)
      if (!here.has(snapshot.id)) this.missing.set(snapshot.id, snapshot);
  }

  private async ask(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const expiry = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, COLLECT_MS);
    });
    const answers = [...this.siblings].map(
      (sibling) =>
        new Promise<void>((resolve) => {
          sibling.answered = resolve;
          sibling.socket.write(ASK);
        }),
    );
    await Promise.race([Promise.all(answers), expiry]);
    clearTimeout(timer);
  }

  private connected(socket: Socket): void {
    socket.unref();
    socket.on('error', () => {});
    let sibling: Sibling | undefined;
    socket.once('close', () => sibling && this.left(sibling));
    readFrames(socket, (message) => {
      const { kind } = message as ToLeader;
      if (kind === 'hello') sibling = this.greeted(socket, message as Extract<ToLeader, { kind: 'hello' }>);
      else if (kind === 'others') void this.showOthers(sibling).catch(() => {});
      else if (sibling) this.told(sibling, (message as Extract<ToLeader, { kind: 'snapshot' }>).snapshot);
    });
  }

  private greeted(socket: Socket, hello: Extract<ToLeader, { kind: 'hello' }>): Sibling | undefined {
    const self = identity();
    if (!isSameServer(self, hello.identity)) {
      const isOther = isOtherVersion(self, hello.identity);
      if (isOther) this.onLeftOut();
      socket.end(frame({ kind: 'refused', isOtherVersion: isOther } satisfies ToMember));
      return undefined;
    }
    const { id, inheritance } = hello;
    if (inheritance !== undefined) this.inherit(inheritance);
    const last = this.missing.get(id);
    this.missing.delete(id);
    const sibling: Sibling = {
      id,
      worker: this.freeNumber(),
      socket,
      reader: new Reader(),
      last,
      answered: undefined,
    };
    this.siblings.add(sibling);
    socket.write(
      frame({ kind: 'welcome', worker: sibling.worker, address: this.address } satisfies ToMember),
    );
    void this.giveIntoKeeping();
    return sibling;
  }

  private async showOthers(to: Sibling | undefined): Promise<void> {
    if (to === undefined) return;
    const [{ siblings, gone }, own] = await Promise.all([this.collect(), this.own.take()]);
    const { worker, socket } = to;
    const others = [{ worker: 0, snapshot: own }, ...siblings.filter((sibling) => sibling.worker !== worker)];
    socket.write(frame({ kind: 'others', others: { worker, siblings: others, gone } } satisfies ToMember));
  }

  private told(sibling: Sibling, snapshot: WireSnapshot): void {
    sibling.last = sibling.reader.read(snapshot);
    sibling.answered?.();
  }

  private left(sibling: Sibling): void {
    this.siblings.delete(sibling);
    sibling.answered?.();
    if (sibling.last) this.estate.add(sibling.last);
  }

  /** Returns the lowest free number, so that new processes create no new series. This process is 0. */
  private freeNumber(): number {
    const taken = new Set([...this.siblings].map(({ worker }) => worker));
    let number = 1;
    while (taken.has(number)) number++;
    return number;
  }
}

function isEmpty({ families, foreign }: EstateSnapshot): boolean {
  return families.length === 0 && foreign.length === 0;
}
