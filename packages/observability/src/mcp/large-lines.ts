/**
 * The largest message whose arguments are searched. The engine lists all keys of an object before it returns the first one,
 * which takes 10 ms for as many as these bytes can hold, and 150 ms for those of 4 MB.
 */
export const MAX_SEARCHED_BYTES = 262_144;

/** Messages whose line was longer. */
const large = new WeakSet<object>();

/** The buffer in which the stdio transports of both SDKs find lines. */
interface LineBuffer {
  readonly _buffer?: { readonly length: number } | undefined;
  readMessage?(): unknown;
}

interface Buffering {
  readonly _readBuffer?: LineBuffer;
  readonly _wire?: Buffering;
}

/** Remembers messages of a stdio transport that came in a long line. The SDKs pass them on without their length. */
export function noteLargeLines(transport: object): void {
  const { _readBuffer, _wire } = transport as Buffering;
  const lines = _readBuffer ?? _wire?._readBuffer;
  const read = lines?.readMessage;
  if (lines === undefined || typeof read !== 'function' || Object.hasOwn(lines, 'readMessage')) return;
  lines.readMessage = function (this: LineBuffer) {
    const before = this._buffer?.length ?? 0;
    const message = read.call(this);
    const isLarge = before - (this._buffer?.length ?? 0) > MAX_SEARCHED_BYTES;
    if (isLarge && typeof message === 'object' && message !== null) large.add(message);
    return message;
  };
}

/** Whether a message is known to have come in a long line. */
export function isLargeLine(message: object): boolean {
  return large.has(message);
}
