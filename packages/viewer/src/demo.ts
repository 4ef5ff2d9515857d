/** A fault that can be turned on, to see how the dashboards and alerts show it. */
interface Fault {
  readonly title: string;
  readonly says: string;
  /** The alert that reports it. */
  readonly alert: string;
}

/**
 * Buttons of the page that break a demonstration server on purpose.
 *
 * @example
 * ```ts
 * import type { Demo } from '@pmcp/viewer';
 *
 * const on = new Set<string>();
 * const demo: Demo = {
 *   says: 'This server breaks on purpose.',
 *   faults: { slow: { title: 'Slow tool', says: 'one tool waits', alert: 'PmcpToolSlow' } },
 *   active: () => [...on],
 *   set: (name, isOn) => void (isOn ? on.add(name) : on.delete(name)),
 * };
 * ```
 */
export interface Demo {
  /** How the demonstration differs from a real server. */
  readonly says: string;
  readonly faults: Readonly<Record<string, Fault>>;
  /** Returns the names of the faults that are on. */
  readonly active: () => readonly string[];
  readonly set: (name: string, on: boolean) => void;
}
