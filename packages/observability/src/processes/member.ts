import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { frame, readFrames } from './frames.js';
import { identity } from './identity.js';
import type { Inheritance, Others, ToLeader, ToMember } from './messages.js';
import type { Snapshots } from './snapshot.js';
import { Writer } from './wire.js';

/** How long a process may take to answer whether we belong to it. */
const WELCOME_MS = 2_000;

/** How long the owner of the port may take to ask all others and answer. It waits a fifth of a second for the slowest. */
const OTHERS_MS = 1_000;

/** A process whose numbers are shown by another one, the owner of the port. */
export class Member {
  private socket: Socket | undefined;
  /** What was sent on each connection: the old one may still be asked while the next one begins. */
  private readonly writers = new WeakMap<Socket, Writer>();
  private inheritance: Inheritance | undefined;
  private asking: Promise<Others | undefined> | undefined;
  private answered: ((others: Others | undefined) => void) | undefined;

  /** Whether the owner of the port belongs to our server, but its version can't read our numbers. */
  isOtherVersion = false;

  constructor(private readonly snapshots: Snapshots) {}

  /** What this process needs if it becomes the owner of the port. */
  get inherited(): Inheritance | undefined {
    return this.inheritance;
  }

  /**
   * Joins the process that listens at a path.
   *
   * @param onLeft called when that process ended after we joined it
   * @returns where it shows our numbers; undefined if there is none, or if it belongs to another server
   */
  async join(path: string, onLeft: () => void): Promise<AddressInfo | undefined> {
    const socket = connect(path);
    this.writers.set(socket, new Writer());
    socket.on('error', () => {});
    const welcome = new Promise<AddressInfo | undefined>((resolve) => {
      socket.once('close', () => resolve(undefined));
      readFrames(socket, (message) => this.received(socket, message as ToMember, resolve));
    });
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => {});
    send(socket, {
      kind: 'hello',
      id: this.snapshots.id,
      identity: identity(),
      inheritance: this.inheritance,
    });
    const timer = setTimeout(() => socket.destroy(), WELCOME_MS);
    const address = await welcome;
    clearTimeout(timer);
    if (address === undefined) {
      socket.destroy();
      return undefined;
    }
    socket.unref();
    this.socket = socket;
    if (socket.destroyed) onLeft();
    else socket.once('close', onLeft);
    return address;
  }

  /** Returns what all other processes show; undefined if there is no answer. Never rejects. */
  others(): Promise<Others | undefined> {
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  /** Leaves, and sends the last counts. Never rejects. */
  async leave(): Promise<void> {
    const { socket } = this;
    this.socket = undefined;
    if (socket === undefined || socket.destroyed) return;
    socket.removeAllListeners('close');
    await this.show(socket).catch(() => {});
    socket.end();
  }

  private async ask(): Promise<Others | undefined> {
    const { socket } = this;
    if (socket === undefined || socket.destroyed) return undefined;
    const answer = new Promise<Others | undefined>((resolve) => {
      this.answered = resolve;
    });
    const gone = () => this.answered?.(undefined);
    socket.once('close', gone);
    const timer = setTimeout(gone, OTHERS_MS);
    send(socket, { kind: 'others' });
    const others = await answer;
    clearTimeout(timer);
    socket.off('close', gone);
    return others;
  }

  private received(socket: Socket, message: ToMember, welcomed: (address?: AddressInfo) => void): void {
    if (message.kind === 'welcome') welcomed(message.address);
    else if (message.kind === 'refused') {
      this.isOtherVersion = message.isOtherVersion === true;
      welcomed(undefined);
    } else if (message.kind === 'keep') this.inheritance = message.inheritance;
    else if (message.kind === 'others') this.answered?.(message.others);
    else void this.show(socket).catch(() => {});
  }

  private async show(socket: Socket): Promise<void> {
    const snapshot = await this.snapshots.take();
    const writer = this.writers.get(socket);
    if (writer !== undefined) send(socket, { kind: 'snapshot', snapshot: writer.write(snapshot) });
  }
}

function send(socket: Socket, message: ToLeader): void {
  if (socket.writable) socket.write(frame(message));
}
