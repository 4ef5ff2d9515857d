import { processWide } from './process-wide.js';

/** What a graceful shutdown has to do, in order. */
export interface Stoppable {
  /** Readiness fails, so that no new work is sent here. */
  stopAccepting(): void;
  /** Resolves when no request is in flight, or when the deadline has passed. */
  drained(): Promise<void>;
  close(): Promise<void>;
  /** Writes out what is buffered. */
  flush(): void;
  /** The process is about to end: whoever only listens is told so. Never rejects. */
  leave(): Promise<void>;
}

/** What has telemetry to send. */
interface Exporting {
  /** Brings what is queued to the collector. Never rejects. */
  export(): Promise<void>;
}

/** Milliseconds for the last exports of a process; MCP clients wait two seconds before they send a signal. */
export const LAST_EXPORT_MS = 1_000;

/** Shared by all copies: to each the listener of another would be somebody else's work. */
const { exporting, exportAll } = processWide('exports', () => ({
  exporting: new Set<Exporting>(),
  exportAll: exportEach,
}));

/** A process that has nothing left to do, as a stdio server whose client is gone, first sends what is queued. */
export function exportBeforeExit(exporter: Exporting): void {
  // Once: sending is work, and after it the process has nothing left to do again.
  if (exporting.size === 0) process.prependOnceListener('beforeExit', exportAll);
  exporting.add(exporter);
}

export function forgetExport(exporter: Exporting): void {
  if (exporting.delete(exporter) && exporting.size === 0) process.off('beforeExit', exportAll);
}

/** A collector that does not answer must not keep a process that would have ended: nobody else has work for it. */
function exportEach(): void {
  let isPending = true;
  const isAlone = process.listenerCount('beforeExit') === 0;
  void Promise.all([...exporting].map((exporter) => exporter.export())).then(() => {
    isPending = false;
  });
  // Not counted as work: a process whose exports are done ends before.
  setTimeout(() => isPending && isAlone && process.exit(), LAST_EXPORT_MS).unref();
}

/** Readiness fails first; scrapes go on while requests finish; then everything closes. */
export async function stop(stoppable: Stoppable): Promise<void> {
  stoppable.stopAccepting();
  await stoppable.drained();
  await stoppable.close();
  stoppable.flush();
}
