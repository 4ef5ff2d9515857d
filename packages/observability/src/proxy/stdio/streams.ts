import { LineSplitter } from '../lines.js';
import { fromClient } from '../long-lines.js';
import type { Observer } from '../observer.js';
import { MessageReader } from '../reader.js';
import type { Tap } from './pump.js';

/** How many bytes of a line are kept, usually and while an answer is expected that has to be read in full. */
const KEPT_BYTES = 1 << 20;
const KEPT_FULL_BYTES = 1 << 21;

/** The only protocol version that has batches. */
const WITH_BATCHES = '2025-03-26';

/** Returns the taps that observe both directions of a stream of lines. */
export function observeStreams(observer: Observer): { client: Tap; server: Tap } {
  const limit = () => (observer.awaitsMore ? KEPT_FULL_BYTES : KEPT_BYTES);
  const hasBatches = () => observer.connection.protocolVersion === WITH_BATCHES;
  const client = new MessageReader(observer.client, fromClient, hasBatches, true);
  const server = new MessageReader(observer.server, observer.fromServer, hasBatches, false);
  return {
    client: guarded(new LineSplitter(client.line, limit), observer),
    server: guarded(new LineSplitter(server.line, limit), observer),
  };
}

function guarded(tap: Tap, observer: Observer): Tap {
  return {
    write: (chunk) => observer.attempt(() => tap.write(chunk)),
    end: () => observer.attempt(() => tap.end()),
  };
}
