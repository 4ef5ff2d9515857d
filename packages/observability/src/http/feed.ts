import type { Socket } from 'node:net';
import { hasTime, later, TURN_MS } from './turns.js';

/** A few of the shortest requests. */
const MIN_PIECE_BYTES = 512;
/** As long as each piece takes Node's parser little, the next is twice as long. */
const MAX_PIECE_BYTES = 8_192;
const LITTLE_MS = TURN_MS / 4;

/**
 * Lets Node's parser read of a socket a little at a time. It would go through all that came at once, 64 kB, also when whoever sent
 * it is already turned away.
 *
 * @param wantsAll whether what came before the connection broke is wanted; of clients that left nobody waits for an answer
 */
export function feedSlowly(socket: Socket, wantsAll: boolean): void {
  new Feed(socket, wantsAll).begin();
}

/** As `feedSlowly`, for the connection of a client to a server of Node's; for one that speaks TLS once it is secure. */
export function feedServerSlowly(socket: Socket): void {
  // As long as nobody listens, Node reads of the socket where nobody can stand between.
  socket.on('data', ignore).off('data', ignore);
  feedSlowly(socket, false);
}

function ignore(): void {}

/** What most clients send at once, and which waits for nobody. */
const SMALL_BYTES = 2_048;

const NOTHING = Buffer.alloc(0);

/** Stands between a socket and who listens to it: what it reads comes in pieces, and it stands still while some of them wait. */
class Feed {
  /** What waits; empty while the last piece is being read. */
  private rest: Buffer | undefined;
  /** Whether more is wanted: who reads says so by `pause` and `resume`, which the socket itself does not obey while pieces wait. */
  private isWanted = true;
  private isReading = false;
  private isQueued = false;
  /** Whether the client said that no more comes, while some waited. */
  private hasEnded = false;
  private pieceBytes = MIN_PIECE_BYTES;
  private readonly emit: (event: string | symbol, ...args: unknown[]) => boolean;
  private readonly pause: () => void;
  private readonly resume: () => void;

  constructor(
    private readonly socket: Socket,
    private readonly wantsAll: boolean,
  ) {
    this.emit = socket.emit.bind(socket);
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
      return socket;
    };
  }

  private heard(event: string | symbol, args: unknown[]): boolean {
    if (event === 'data') return this.came(args[0] as Buffer);
    if (this.rest && this.waits(event)) return true;
    return this.emit(event, ...args);
  }

  /** @returns whether what happened is told only when all has been read */
  private waits(event: string | symbol): boolean {
    if (event === 'end' && !this.wantsAll) this.hasEnded = true;
    else if (event === 'end' || event === 'error') this.broke();
    // What follows an answer is for nobody, least of all for who asks next.
    else if (event === 'free' && this.rest!.length > 0) this.socket.destroy();
    return event === 'end' && this.hasEnded;
  }

  private came(chunk: Buffer): boolean {
    if (this.rest) {
      this.rest = Buffer.concat([this.rest, chunk]);
      return true;
    }
    if (chunk.length <= SMALL_BYTES) return this.emit('data', chunk);
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
    if (this.rest) this.queue();
    else {
      this.isWanted = true;
      if (this.hasEnded) this.emit('end');
    }
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
