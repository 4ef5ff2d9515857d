import { pipeline, Readable, Transform } from 'node:stream';

/** A client that reads nothing for so long would hold a profile, and others would get none. */
const UNREAD_MS = 30_000;
/** How much of a profile the connection of a slow client holds after it was sent. */
const PIECE_BYTES = 16_384;

/**
 * Returns a profile as a stream that ends early if nobody reads it.
 *
 * @param onEnd called once it was read, or will not be
 */
export function sent(body: Buffer | Readable, onEnd: () => void, unreadMs = UNREAD_MS): Readable {
  const read = new Transform({
    transform(chunk, _, done) {
      timer.refresh();
      done(null, chunk);
    },
    flush(done) {
      timer.refresh();
      done();
    },
  });
  const timer = setTimeout(() => read.destroy(new Error('nobody reads it')), unreadMs).unref();
  read.once('close', () => {
    clearTimeout(timer);
    onEnd();
  });
  pipeline(Buffer.isBuffer(body) ? Readable.from(pieces(body)) : body, read, () => {});
  return read;
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
