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

const active = new Set<Stoppable>();
const exporting = new Set<Exporting>();
let isStopping = false;

/** A process that has nothing left to do, as a stdio server whose client is gone, first sends what is queued. */
export function exportBeforeExit(exporter: Exporting): void {
  // Once: sending is work, and after it the process has nothing left to do again.
  if (exporting.size === 0) process.prependOnceListener('beforeExit', exportAll);
  exporting.add(exporter);
}

/** A collector that does not answer must not keep a process that would have ended: nobody else has work for it. */
function exportAll(): void {
  let isPending = true;
  const isAlone = process.listenerCount('beforeExit') === 0;
  void Promise.all([...exporting].map((exporter) => exporter.export())).then(() => {
    isPending = false;
  });
  // Not counted as work: a process whose exports are done ends before.
  setTimeout(() => isPending && isAlone && process.exit(), LAST_EXPORT_MS).unref();
}

/** Begins a graceful shutdown at SIGTERM; one listener serves every toolkit in the process. */
export function stopOnSigterm(stoppable: Stoppable): void {
  // Before all others, so that listeners that hear one signal only are still there to be counted.
  if (active.size === 0) process.prependListener('SIGTERM', onSigterm);
  active.add(stoppable);
}

export function forgetSigterm(stoppable: Stoppable): void {
  if (active.delete(stoppable) && active.size === 0) process.off('SIGTERM', onSigterm);
}

/** Readiness fails first; scrapes go on while requests finish; then everything closes. */
export async function stop(stoppable: Stoppable): Promise<void> {
  stoppable.stopAccepting();
  await stoppable.drained();
  await stoppable.close();
  stoppable.flush();
}

function onSigterm(): void {
  if (isStopping) {
    for (const stoppable of active) stoppable.flush();
    if (!othersListen()) terminate();
    return;
  }
  isStopping = true;
  const heardOnce = process.rawListeners('SIGTERM').some((listener) => 'listener' in listener);
  // Whatever happens on the way, the process that was asked to end does end.
  const stopping = [...active];
  void Promise.allSettled(stopping.map(stop)).then(async () => {
    // With a listener of its own the application decides when to go.
    if (heardOnce || othersListen()) return process.off('SIGTERM', onSigterm);
    await Promise.allSettled(stopping.map((stoppable) => stoppable.leave()));
    return terminate();
  });
}

/** Whether the application has a listener of its own. Those of the package signal-exit end the process when they are the last. */
function othersListen(): boolean {
  const shared = globalThis as unknown as Record<symbol, { count?: number } | undefined>;
  const { __signal_exit_emitter__: version3 } = process as { __signal_exit_emitter__?: { count?: number } };
  const version4 = shared[Symbol.for('signal-exit emitter')];
  const notOfApplication = 1 + (version3?.count ?? 0) + (version4?.count ?? 0);
  return process.listenerCount('SIGTERM') > notOfApplication;
}

/** Ends the process as the signal would have without us. */
function terminate(): void {
  process.off('SIGTERM', onSigterm);
  // In a container we may be the first process, which the kernel spares every signal that it has no handler for.
  if (process.pid === 1) process.exit(128 + 15);
  process.kill(process.pid, 'SIGTERM');
}
