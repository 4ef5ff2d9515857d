import { dashboardsIn, type Shipped } from '../assets/derived.js';
import { shippedFiles } from '../assets/shipped.js';
import type { Env } from './flags.js';
import { generator } from './generator.js';

type Summary = Readonly<Record<string, readonly string[]>>;

/** The code that publishes dashboards to Grafana. It is bundled into the package when it is packed. */
interface Publisher {
  /** @throws TypeError that names the wrong value */
  settings(env: Env, args: readonly string[]): object | undefined;
  publish(dashboards: readonly object[], settings: object, log: (line: string) => void): Promise<Summary>;
}

export function publisher(): Promise<Publisher> {
  return generator<Publisher>('dashboards');
}

/** The dashboards that ship with the package. */
export function shippedDashboards(): Shipped[] {
  return dashboardsIn(shippedFiles());
}
