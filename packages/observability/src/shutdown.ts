import { setTimeout } from 'node:timers';
import type { LastRequest } from './otlp/sdk.js';
import { processWide } from './process-wide.js';

/** The steps of a graceful shutdown, in order. */
export interface Stoppable {
  /** Makes readiness fail, so that no new work is sent here. */
  stopAccepting(): void;
  /** Resolves when no request is in flight, or at the deadline. */
  drained(): Promise<void>;
  close(): Promise<void>;
  /** Writes what is buffered. */
  flush(): void;
  /** Tells clients with subscription streams that the process ends. Never rejects. */
  leave(): Promise<void>;
}

/** A source of telemetry to send. */
export interface Exporting {
  /** Sends what is queued to the collector. Never rejects. */
  export(): Promise<void>;
  /** Returns what that would send, as requests for another client. */
  lastRequests(): LastRequest[];
  /** Sends such requests while this thread is blocked. Never throws. */
  sendAndWait(requests: readonly LastRequest[], ms: number): void;
}

/** Milliseconds for the last exports of a process. MCP clients wait two seconds before they send a signal. */
export const LAST_EXPORT_MS = 1_000;
/** The same if a thread must be started. After their signal, clients wait two more seconds. */
const EXIT_EXPORT_MS = 2_000;

/** Shared by all copies of the package, since each would take the listeners of another for the application's. */
const { exporting, exportAll, exportAtExit } = processWide('exports', () => ({
  exporting: new Set<Exporting>(),
  exportAll: exportEach,
  exportAtExit: sendEach,
}));

/**
 * Sends what is queued when the process has nothing left to do, like a stdio server without a client. It does the same when the
 * application or an exception ends the process.
 */
export function exportBeforeExit(exporter: Exporting): void {
  if (exporting.size === 0) {
    // Only once: after sending, the process has nothing left to do again.
    process.prependOnceListener('beforeExit', exportAll);
    process.on('exit', exportAtExit);
  }
  exporting.add(exporter);
}

export function forgetExport(exporter: Exporting): void {
  if (!exporting.delete(exporter) || exporting.size > 0) return;
  process.off('beforeExit', exportAll);
  process.off('exit', exportAtExit);
}

/** A collector that does not answer must not keep alive a process that would have ended. */
function exportEach(): void {
  let isPending = true;
  const isAlone = process.listenerCount('beforeExit') === 0;
  void Promise.all([...exporting].map((exporter) => exporter.export())).then(() => {
    isPending = false;
  });
  // Unref'd: the process ends earlier if its exports are done.
  setTimeout(() => isPending && isAlone && exitWithoutAnswer(), LAST_EXPORT_MS).unref();
}

/** Does not wait a second time for a collector that has not answered. */
function exitWithoutAnswer(): void {
  process.off('exit', exportAtExit);
  process.exit();
}

/** Blocks, since no callback runs any more. Never throws. */
function sendEach(): void {
  try {
    const requests = [...exporting].map((exporter) => exporter.lastRequests());
    const all = requests.flat();
    const [sender] = [...exporting].filter((_, i) => requests[i]!.length > 0);
    sender?.sendAndWait(all, EXIT_EXPORT_MS);
  } catch {
    // The telemetry is lost.
  }
}

/** Readiness fails first. Scrapes still work while requests finish. Then everything closes. */
export async function stop(stoppable: Stoppable): Promise<void> {
  stoppable.stopAccepting();
  await stoppable.drained();
  await stoppable.close();
  stoppable.flush();
}
