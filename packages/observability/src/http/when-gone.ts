import type { Socket } from 'node:net';

/** Waits for the end of an answer. */
export interface Waiter {
  /** The answer is complete, or its client disconnected. */
  gone(): void;
}

const END = Symbol('@pmcp/observability end');
/** The open answers of a socket. One listener on the socket serves all of them. */
const OPEN = Symbol('@pmcp/observability open');
type Watched = Socket & { [OPEN]?: End[] };

/** The parts of an answer that show when it ends. */
interface Closable {
  [END]?: End;
  once(event: 'close', listener: () => void): unknown;
  /** Like `once`, for an event that comes only once, but cheaper. */
  on?(event: 'close', listener: () => void): unknown;
  readonly req?: { readonly socket?: Socket | null } | undefined;
}

/** The end of one answer, and everything that waits for it. */
class End {
  private others: Waiter[] | undefined;
  private isOver = false;

  constructor(
    private readonly first: Waiter,
    private readonly open: End[] | undefined,
  ) {
    open?.push(this);
  }

  add(waiter: Waiter): void {
    this.others ??= [];
    this.others.push(waiter);
  }

  over(): void {
    if (this.isOver) return;
    this.isOver = true;
    const { first, others, open } = this;
    if (open !== undefined) remove(open, this);
    first.gone();
    if (others !== undefined) for (const waiter of others) waiter.gone();
  }
}

/** Usually the only one, otherwise the first: answers are sent in order. */
function remove(open: End[], end: End): void {
  if (open.length === 1 && open[0] === end) open.pop();
  else {
    const at = open.indexOf(end);
    if (at !== -1) open.splice(at, 1);
  }
}

/**
 * Calls back once, when an answer is complete or its client disconnected. An answer that waits behind another one on the same
 * socket gets no event when the socket closes, so the socket is watched too.
 *
 * @param waiter must not throw
 */
export function whenGone(response: Closable, waiter: Waiter): void {
  const known = response[END];
  if (known !== undefined) {
    known.add(waiter);
    return;
  }
  const end = new End(waiter, openOn(response.req?.socket));
  response[END] = end;
  const over = () => end.over();
  if (response.on === undefined) response.once('close', over);
  else response.on('close', over);
}

function openOn(socket: Watched | null | undefined): End[] | undefined {
  if (typeof socket?.once !== 'function') return undefined;
  const known = socket[OPEN];
  if (known !== undefined) return known;
  const open: End[] = [];
  socket[OPEN] = open;
  socket.once('close', () => {
    for (const end of open.splice(0)) end.over();
  });
  return open;
}
