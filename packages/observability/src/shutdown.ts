import { setTimeout } from 'node:timers';
import type { LastRequest } from './otlp/sdk.js';
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
export interface Exporting {
  /** Brings what is queued to the collector. Never rejects. */
  export(): Promise<void>;
  /** What that would send, as requests of another client. */
  lastRequests(): LastRequest[];
  /** Sends such requests while this thread stands still. Never throws. */
  sendAndWait(requests: readonly LastRequest[], ms: number): void;
}

/** Milliseconds for the last exports of a process; MCP clients wait two seconds before they send a signal. */
export const LAST_EXPORT_MS = 1_000;
/** The same where a thread has to start for it. After their signal clients wait two seconds more. */
const EXIT_EXPORT_MS = 2_000;

/** Shared by all copies: to each the listeners of another would be somebody else's work. */
const { exporting, exportAll, exportAtExit } = processWide('exports', () => ({
  exporting: new Set<Exporting>(),
  exportAll: exportEach,
  exportAtExit: sendEach,
}));

/**
 * A process that has nothing left to do, as a stdio server whose client is gone, first sends what is queued; so does one
 * that its application ends, or an exception.
 */
export function exportBeforeExit(exporter: Exporting): void {
  if (exporting.size === 0) {
    // Once: sending is work, and after it the process has nothing left to do again.
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

/** A collector that does not answer must not keep a process that would have ended: nobody else has work for it. */
function exportEach(): void {
  let isPending = true;
  const isAlone = process.listenerCount('beforeExit') === 0;
  void Promise.all([...exporting].map((exporter) => exporter.export())).then(() => {
    isPending = false;
  });
  // Not counted as work: a process whose exports are done ends before.
  setTimeout(() => isPending && isAlone && exitWithoutAnswer(), LAST_EXPORT_MS).unref();
}

/** Whoever did not answer until now is not waited for a second time. */
function exitWithoutAnswer(): void {
  process.off('exit', exportAtExit);
  process.exit();
}

/** No callback is called any more, so this waits. Never throws: whoever ends a process has other worries. */
function sendEach(): void {
  try {
    const requests = [...exporting].map((exporter) => exporter.lastRequests());
    const all = requests.flat();
    const [sender] = [...exporting].filter((_, i) => requests[i]!.length > 0);
    sender?.sendAndWait(all, EXIT_EXPORT_MS);
  } catch {
    // It is lost, as without us.
  }
}

/** Readiness fails first; scrapes go on while requests finish; then everything closes. */
export async function stop(stoppable: Stoppable): Promise<void> {
  stoppable.stopAccepting();
  await stoppable.drained();
  await stoppable.close();
  stoppable.flush();
}
