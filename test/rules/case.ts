/** Series with one sample per minute, in the notation of promtool: `1x2 0x5` is three ones and six zeros. */
export type Series = Readonly<Record<string, string>>;

type Labels = Readonly<Record<string, string>>;

interface Fires {
  readonly series: Series;
  /** The first minute at which the alert fires. */
  readonly at: number;
  /** All labels except `alertname` and `severity`. */
  readonly labels: Labels;
  readonly description: string;
}

interface Quiet {
  readonly why: string;
  readonly series: Series;
  /** The minute by which it would have fired. */
  readonly at: number;
}

/** When an alert fires, and when it just does not. */
export interface Case {
  readonly alert: string;
  readonly fires: readonly Fires[];
  readonly quiet: readonly Quiet[];
}

/** Returns a series of a target in PromQL notation. */
export function series(name: string, labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.join(',')}}`;
}

/** The labels of the tested server. */
export const SERVICE = { namespace: 'shop', job: 'pmcp' };

/** One of its pods. */
export const POD = { ...SERVICE, instance: '10.0.0.1:9090', pod: 'notes-1' };

/** Another pod of it. */
export const POD2 = { ...SERVICE, instance: '10.0.0.2:9090', pod: 'notes-2' };

/** Returns one series with its samples, for cases that need only one. */
export function only(name: string, labels: Labels, values: string): Series {
  return { [series(name, labels)]: values };
}

/** Returns the series of a tool's calls with this outcome. */
export function call(name: string, outcome: string, pod = POD): string {
  return series('pmcp_requests_total', { ...pod, method: 'tools/call', name, outcome });
}
