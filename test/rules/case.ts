/** Series and their samples, one a minute, as promtool writes them: `1x2 0x5` is three ones and six zeros. */
export type Series = Readonly<Record<string, string>>;

type Labels = Readonly<Record<string, string>>;

interface Fires {
  readonly series: Series;
  /** The first minute at which it fires. */
  readonly at: number;
  /** All of them but `alertname` and `severity`. */
  readonly labels: Labels;
  readonly description: string;
}

interface Quiet {
  readonly why: string;
  readonly series: Series;
  /** By when it would have fired. */
  readonly at: number;
}

/** When an alert fires, and when it just doesn't. */
export interface Case {
  readonly alert: string;
  readonly fires: readonly Fires[];
  readonly quiet: readonly Quiet[];
}

/** A series of a target, in the notation of PromQL. */
export function series(name: string, labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.join(',')}}`;
}

/** Where the server of the tests is. */
export const SERVICE = { namespace: 'shop', job: 'pmcp' };

/** One of its pods. */
export const POD = { ...SERVICE, instance: '10.0.0.1:9090', pod: 'notes-1' };

/** Another one. */
export const POD2 = { ...SERVICE, instance: '10.0.0.2:9090', pod: 'notes-2' };

/** One series and its samples, for cases that need no more. */
export function only(name: string, labels: Labels, values: string): Series {
  return { [series(name, labels)]: values };
}

/** How many calls of a tool ended with this outcome. */
export function call(name: string, outcome: string, pod = POD): string {
  return series('pmcp_requests_total', { ...pod, method: 'tools/call', name, outcome });
}
