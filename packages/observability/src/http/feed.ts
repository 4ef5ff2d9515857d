import type { Socket } from 'node:net';
import { Gate, type Gated } from './gate.js';
import { hasTime, later, TURN_MS } from './turns.js';

/** Enough for a few of the shortest requests. */
const MIN_PIECE_BYTES = 512;
/** The size of a piece doubles while Node's parser needs little time for each. */
const MAX_PIECE_BYTES = 8_192;
const LITTLE_MS = TURN_MS / 4;

/** Two gates: bytes of servers must not wait for bytes of clients, since clients may wait for the answer. */
const FROM_CLIENTS = new Gate();
const TOWARDS_CLIENTS = new Gate();

/**
 * Gives Node's parser the bytes of a socket in small pieces. Otherwise it would parse everything that arrived, 64 kB, at once, even
 * if the client was already rejected.
 *
 * @param wantsAll whether to read what arrived before the connection broke; clients that disconnected wait for no answer
 */
export function feedSlowly(
  socket: Socket,
  wantsAll: boolean,
  gate = wantsAll ? TOWARDS_CLIENTS : FROM_CLIENTS,
): void {
  new Feed(socket, wantsAll, gate).begin();
}

/** Like `feedSlowly`, for the connection of a client to a Node server; for TLS, once the connection is secure. */
export function feedServerSlowly(socket: Socket): void {
  // Without a `data` listener, Node's parser reads the socket directly, and nothing can be put in between.
  socket.on('data', ignore).off('data', ignore);
  feedSlowly(socket, false);
}

function ignore(): void {}

/** What most clients send at once. It waits for no other connection. */
const SMALL_BYTES = 2_048;

const NOTHING = Buffer.alloc(0);

/** The object inside a socket by which Node reads it. */
interface Handle {
  reading: boolean;
  readStop?(): void;
}

/** Stands between a socket and its listeners. It passes on data in pieces, and the socket pauses while pieces wait. */
class Feed implements Gated {
  /** The bytes that wait; empty while the last piece is being read. */
  private rest: Buffer | undefined;
  /** Whether the reader wants more. It calls `pause` and `resume`, which the socket itself does not obey while pieces wait. */
  private isWanted = true;
  private isReading = false;
  private isQueued = false;
  /** Whether the client ended its output while pieces waited. */
  private hasEnded = false;
  private pieceBytes = MIN_PIECE_BYTES;
  /** Bytes in the gate: read in large pieces, and not taken yet. */
  private held = 0;
  /** The part of it that the reader does not want now. */
  private stuck = 0;
  /** Whether the last piece was large. */
  private sendsMuch = false;
  /** Whether a read is due as soon as the gate allows it. */
  private owesRead = false;
  private tookAt = 0;
  private readonly emit: (event: string | symbol, ...args: unknown[]) => boolean;
  private readonly push: (chunk: Buffer | null, encoding?: BufferEncoding) => boolean;
  private readonly readMore: (size: number) => void;
  private readonly pause: () => void;
  private readonly resume: () => void;

  constructor(
    private readonly socket: Socket,
    private readonly wantsAll: boolean,
    private readonly gate: Gate,
  ) {
    this.emit = socket.emit.bind(socket);
    this.push = socket.push.bind(socket);
    this.readMore = socket._read.bind(socket);
    this.pause = socket.pause.bind(socket);
    this.resume = socket.resume.bind(socket);
  }

  begin(): void {
    const { socket } = this;
    socket.emit = (event: string | symbol, ...args: unknown[]) => this.heard(event, args);
    socket.pause = () => {
      if (this.rest) this.isWanted = false;
      else this.pause();
      return socket;
    };
    socket.resume = () => {
      if (this.rest) this.isWanted = true;
      else this.resume();
      this.queue();
      if (this.rest) this.mark();
      return socket;
    };
    // A paused socket reads on until it has 16 kB, which brings up to 64 kB more from each.
    socket.push = (chunk, encoding) => this.pushed(chunk, encoding);
    socket._read = (size) => {
      this.owesRead = true;
      this.goOn(size);
    };
    this.gate.enter(this);
    socket.once('close', () => {
      this.gate.leave(this);
      this.release();
    });
  }

  /** Node read a piece. @returns whether Node may read on */
  private pushed(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    this.sendsMuch = chunk !== null && chunk.length > SMALL_BYTES;
    if (chunk && this.sendsMuch) {
      this.held += chunk.length;
      this.tookAt = performance.now();
      this.gate.take(chunk.length);
    }
    const goesOn = this.push(chunk, encoding);
    this.mark();
    return goesOn && this.mayRead;
  }

  private get mayRead(): boolean {
    return this.rest === undefined && this.gate.admits(this.sendsMuch);
  }

  goOn(size = 0): void {
    if (!this.owesRead || this.rest) return;
    if (this.mayRead) {
      this.owesRead = false;
      this.readMore(size);
    } else if (this.sendsMuch) this.gate.wait(this);
  }

  stop(): void {
    const { _handle: handle } = this.socket as unknown as { _handle?: Handle | null };
    // A Node version without this private method just reads on.
    if (!handle?.reading || handle.readStop === undefined) return;
    handle.reading = false;
    handle.readStop();
    this.owesRead = true;
  }

  get stuckSince(): number | undefined {
    return this.stuck > 0 ? this.tookAt : undefined;
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Tells the gate how many held bytes wait for their reader, and not for their turn. */
  private mark(): void {
    const stuck = this.isQueued || this.isReading ? 0 : this.held;
    const more = stuck - this.stuck;
    this.stuck = stuck;
    if (more !== 0) this.gate.sticks(more);
  }

  /** Everything was taken. */
  private release(): void {
    const { held, stuck } = this;
    this.held = 0;
    this.stuck = 0;
    if (stuck > 0) this.gate.sticks(-stuck);
    if (held > 0) this.gate.give(held);
  }

  private heard(event: string | symbol, args: unknown[]): boolean {
    if (event === 'data') return this.came(args[0] as Buffer);
    if (this.rest && this.waits(event)) return true;
    return this.emit(event, ...args);
  }

  /** @returns whether the event is passed on only after all pieces were read */
  private waits(event: string | symbol): boolean {
    if (event === 'end' && !this.wantsAll) this.hasEnded = true;
    else if (event === 'end' || event === 'error') this.broke();
    // Bytes after an answer belong to no request, and must not reach the next one.
    else if (event === 'free' && this.rest!.length > 0) this.socket.destroy();
    return event === 'end' && this.hasEnded;
  }

  private came(chunk: Buffer): boolean {
    if (this.rest) {
      this.rest = Buffer.concat([this.rest, chunk]);
      return true;
    }
    if (chunk.length <= SMALL_BYTES) {
      this.emit('data', chunk);
      this.settle();
      return true;
    }
    this.rest = chunk;
    while (this.goesOn && hasTime()) this.read();
    if (this.rest || !this.isWanted) this.pause();
    this.settle();
    return true;
  }

  private readonly next = (): void => {
    this.isQueued = false;
    if (!this.goesOn) return;
    this.read();
    if (!this.rest && this.isWanted) this.resume();
    this.settle();
  };

  private settle(): void {
    if (this.rest) {
      this.queue();
      this.mark();
      return;
    }
    this.isWanted = true;
    if (this.socket.readableLength === 0) this.release();
    this.goOn();
    if (this.hasEnded) this.emit('end');
  }

  private get goesOn(): boolean {
    return this.rest !== undefined && this.isWanted && !this.socket.destroyed;
  }

  private read(): void {
    const { pieceBytes } = this;
    const rest = this.rest!;
    this.rest = rest.length > pieceBytes ? rest.subarray(pieceBytes) : NOTHING;
    this.isReading = true;
    const start = performance.now();
    this.tookAt = start;
    this.emit('data', rest.subarray(0, pieceBytes));
    this.took(performance.now() - start);
    this.isReading = false;
    if (this.rest?.length === 0) this.rest = undefined;
  }

  private took(ms: number): void {
    const { pieceBytes } = this;
    this.pieceBytes = ms < LITTLE_MS ? Math.min(pieceBytes * 2, MAX_PIECE_BYTES) : MIN_PIECE_BYTES;
  }

  private queue(): void {
    if (this.isQueued || this.isReading || !this.goesOn) return;
    this.isQueued = true;
    later(this.next);
  }

  private broke(): void {
    const { rest } = this;
    this.rest = undefined;
    if (rest && rest.length > 0 && this.wantsAll) this.emit('data', rest);
  }
}
