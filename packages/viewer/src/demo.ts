/** Something that can be made to go wrong, to see what the dashboards and alerts make of it. */
interface Fault {
  readonly title: string;
  readonly says: string;
  /** The alert that tells of it. */
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
  /** How it differs from a real server. */
  readonly says: string;
  readonly faults: Readonly<Record<string, Fault>>;
  /** Which of them is on. */
  readonly active: () => readonly string[];
  readonly set: (name: string, on: boolean) => void;
}
