import { constants } from 'node:os';
import { processWide } from './process-wide.js';
import { type Stoppable, stop } from './shutdown.js';

/** After these signals, a process finishes its requests. Orchestrators send the first, terminals and PM2 the second. */
const GRACEFUL = ['SIGTERM', 'SIGINT'] as const;
/** The terminal closed. Clients over HTTP are still there. */
const HANGUP = 'SIGHUP';

type Signal = (typeof GRACEFUL)[number] | typeof HANGUP;

/** Shared by all copies of the package, since each would take the listeners of another for the application's. */
const shared = processWide('signals', () => ({
  active: new Set<Stoppable>(),
  stopping: false,
  listeners: new Map<Signal, () => void>([
    ...GRACEFUL.map((signal) => [signal, () => asked(signal)] as const),
    [HANGUP, () => hungUp()],
  ]),
}));
const { active, listeners } = shared;

/** Starts a graceful shutdown on a signal. One listener for each signal serves all toolkits in the process. */
export function stopOnSignals(stoppable: Stoppable): void {
  if (active.size === 0) {
    // First, so that `once` listeners are still there to be counted.
    for (const [signal, listener] of listeners) process.prependListener(signal, listener);
  }
  active.add(stoppable);
}

export function forgetSignals(stoppable: Stoppable): void {
  if (!active.delete(stoppable) || active.size > 0) return;
  for (const [signal, listener] of listeners) process.off(signal, listener);
}

function asked(signal: Signal): void {
  if (shared.stopping) {
    endAtOnce(signal);
    return;
  }
  shared.stopping = true;
  const heardOnce = process.rawListeners(signal).some((listener) => 'listener' in listener);
  // Whatever fails on the way, the process must end.
  const stoppables = [...active];
  void Promise.allSettled(stoppables.map(stop)).then(async () => {
    // If the application has its own listener, it decides when to exit.
    if (heardOnce || othersListen(signal)) return process.off(signal, listeners.get(signal)!);
    await Promise.allSettled(stoppables.map((stoppable) => stoppable.leave()));
    return terminate(signal);
  });
}

/** If the application listens to this signal, it has another meaning, such as reloading its configuration. */
function hungUp(): void {
  if (!othersListen(HANGUP)) asked(HANGUP);
}

function endAtOnce(signal: Signal): void {
  for (const stoppable of active) stoppable.flush();
  if (!othersListen(signal)) terminate(signal);
}

/** Whether the application has its own listener. Listeners of the package signal-exit end the process if they are the last. */
function othersListen(signal: Signal): boolean {
  const shared = globalThis as unknown as Record<symbol, { count?: number } | undefined>;
  const { __signal_exit_emitter__: version3 } = process as { __signal_exit_emitter__?: { count?: number } };
  const version4 = shared[Symbol.for('signal-exit emitter')];
  const notOfApplication = 1 + (version3?.count ?? 0) + (version4?.count ?? 0);
  return process.listenerCount(signal) > notOfApplication;
}

/** Ends the process as the signal itself would. */
function terminate(signal: Signal): void {
  process.off(signal, listeners.get(signal)!);
  // In a container, this may be process 1, for which the kernel ignores signals without a handler.
  if (process.pid === 1) process.exit(128 + constants.signals[signal]);
  process.kill(process.pid, signal);
}
