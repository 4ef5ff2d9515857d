import type { ExportResult } from '@opentelemetry/core';
import type { Way } from './exporter.js';

const DEADLINE_EXCEEDED = 4;
/** After so many batches in a row without an answer in time, the connection itself is in doubt. */
const MAX_LATE = 3;

/**
 * Replaces a connection on which several batches in a row got no answer. It may be stuck forever, because a
 * firewall has forgotten it or a receiver has filled it with data that nobody reads. A new one would work.
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
    // The result of an old connection says nothing about the new one.
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
