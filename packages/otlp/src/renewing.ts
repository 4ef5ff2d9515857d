import type { ExportResult } from '@opentelemetry/core';
import type { Way } from './exporter.js';

const DEADLINE_EXCEEDED = 4;
/** Batches in a row that nobody answered for in time; then the connection itself is in doubt. */
const MAX_LATE = 3;

/**
 * A way that is made anew where batch after batch gets no answer: a connection may be stuck for good, because a firewall
 * has forgotten it or a receiver has filled it with what nobody reads, while a new one would work.
 */
export function renewing<Batch>(make: () => Way<Batch>): Way<Batch> {
  let way = make();
  let late = 0;
  const closing = new Set<Promise<void>>();
  const close = (old: Way<Batch>) => {
    const closed = old
      .shutdown()
      .catch(() => {})
      .finally(() => closing.delete(closed));
    closing.add(closed);
  };
  const judge = (used: Way<Batch>, result: ExportResult) => {
    // What was asked of an old one says nothing of the new.
    if (used !== way) return;
    late = codeOf(result) === DEADLINE_EXCEEDED ? late + 1 : 0;
    if (late < MAX_LATE) return;
    late = 0;
    way = make();
    close(used);
  };
  return {
    export(batch, done) {
      const used = way;
      used.export(batch, (result) => {
        judge(used, result);
        done(result);
      });
    },
    shutdown: async () => {
      close(way);
      await Promise.all(closing);
    },
  };
}

function codeOf({ error }: ExportResult): unknown {
  return (error as { code?: unknown } | undefined)?.code;
}
