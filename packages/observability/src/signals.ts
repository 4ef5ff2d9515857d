import { constants } from 'node:os';
import { processWide } from './process-wide.js';
import { type Stoppable, stop } from './shutdown.js';

/** After these a process finishes what it has in hand: orchestrators send the first, terminals and PM2 the second. */
const GRACEFUL = ['SIGTERM', 'SIGINT'] as const;
/** Its terminal is gone. Whoever calls it over HTTP is not. */
const HANGUP = 'SIGHUP';

type Signal = (typeof GRACEFUL)[number] | typeof HANGUP;

/** Shared by all copies: to each the listeners of another would be the application's. */
const shared = processWide('signals', () => ({
  active: new Set<Stoppable>(),
  stopping: false,
  listeners: new Map<Signal, () => void>([
    ...GRACEFUL.map((signal) => [signal, () => asked(signal)] as const),
    [HANGUP, () => hungUp()],
  ]),
}));
const { active, listeners } = shared;

/** Begins a graceful shutdown at a signal; one listener for each serves every toolkit in the process. */
export function stopOnSignals(stoppable: Stoppable): void {
  if (active.size === 0) {
    // Before all others, so that listeners that hear one signal only are still there to be counted.
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
  // Whatever happens on the way, the process that was asked to end does end.
  const stoppables = [...active];
  void Promise.allSettled(stoppables.map(stop)).then(async () => {
    // With a listener of its own the application decides when to go.
    if (heardOnce || othersListen(signal)) return process.off(signal, listeners.get(signal)!);
    await Promise.allSettled(stoppables.map((stoppable) => stoppable.leave()));
    return terminate(signal);
  });
}

/** An application that listens takes it for something else, such as to read its configuration again. */
function hungUp(): void {
  if (!othersListen(HANGUP)) asked(HANGUP);
}

function endAtOnce(signal: Signal): void {
  for (const stoppable of active) stoppable.flush();
  if (!othersListen(signal)) terminate(signal);
}

/** Whether the application has a listener of its own. Those of the package signal-exit end the process when they are the last. */
function othersListen(signal: Signal): boolean {
  const shared = globalThis as unknown as Record<symbol, { count?: number } | undefined>;
  const { __signal_exit_emitter__: version3 } = process as { __signal_exit_emitter__?: { count?: number } };
  const version4 = shared[Symbol.for('signal-exit emitter')];
  const notOfApplication = 1 + (version3?.count ?? 0) + (version4?.count ?? 0);
  return process.listenerCount(signal) > notOfApplication;
}

/** Ends the process as the signal would have without us. */
function terminate(signal: Signal): void {
  process.off(signal, listeners.get(signal)!);
  // In a container we may be the first process, which the kernel spares every signal that it has no handler for.
  if (process.pid === 1) process.exit(128 + constants.signals[signal]);
  process.kill(process.pid, signal);
}
