import { rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { Estate, type EstateSnapshot } from './estate.js';
import { frame, readFrames } from './frames.js';
import { identity, isOtherVersion, isSameServer } from './identity.js';
import type { Inheritance, ToLeader, ToMember } from './messages.js';
import type { ProcessSnapshot, Snapshots } from './snapshot.js';
import { Reader, type WireSnapshot } from './wire.js';

/** What a process gets to tell its numbers; after that a scrape shows those that it told last. */
const COLLECT_MS = 200;
const ASK = frame({ kind: 'collect' } satisfies ToMember);
/** So many processes keep what the others have counted, should this one end. */
const KEEPERS = 2;

interface Sibling {
  readonly id: string;
  readonly worker: number;
  readonly socket: Socket;
  readonly reader: Reader;
  last: ProcessSnapshot | undefined;
  /** Called when the numbers that were asked for have come. */
  answered: (() => void) | undefined;
}

/** What the other processes of a server show, and those that are gone did. */
export interface Collected {
  readonly siblings: readonly { readonly worker: number; readonly snapshot: ProcessSnapshot }[];
  readonly gone: readonly EstateSnapshot[];
}

/** The process that has the port: it asks the others for their numbers, and keeps those of the ones that are gone. */
export class Leader {
  private readonly server: Server;
  private readonly siblings = new Set<Sibling>();
  private readonly estate = new Estate();
  private inheritance: Inheritance = { sequence: 0, estate: { families: [], foreign: [] }, present: [] };
  /** Those that an earlier process with the port knew, and that have not come to us. By id. */
  private readonly missing = new Map<string, ProcessSnapshot>();
  private collecting: Promise<void> | undefined;

  /**
   * @param inheritance what an earlier process with the port gave into keeping
   * @param onLeftOut called each time that a process of another version asks, whose numbers can't be read
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

  /** Only who has the port comes here, so what is at the path is left over. */
  listen(path: string): void {
    if (process.platform !== 'win32') rmSync(path, { force: true });
    this.server.listen({ path, exclusive: true });
  }

  /** Whether there is, and was, no other process. */
  get isAlone(): boolean {
    return this.siblings.size === 0 && this.gone.length === 0;
  }

  /** What every other process shows that is there or was; asks those that are there, all at once. */
  async collect(): Promise<Collected> {
    this.collecting ??= this.ask().finally(() => {
      this.collecting = undefined;
    });
    await this.collecting;
    return { siblings: this.known, gone: this.gone };
  }

  /** Gives others into keeping what would be lost with this process. Never rejects. */
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

  /** The lowest that is free, so that processes that come and go make no new series. This process is 0. */
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
