/** Times in seconds since 1970. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

type Labels = Readonly<Record<string, string>>;

/** The values of each series by their times in seconds. Series are named by their labels as JSON. */
export type Points = ReadonlyMap<string, ReadonlyMap<number, number>>;

interface Answer {
  readonly error?: string;
  readonly data?: {
    readonly result: readonly { readonly metric: Labels; readonly values: readonly [number, string][] }[];
  };
}

interface Asking {
  /** Labels that the series of the answer get. */
  readonly labels?: Labels;
  /** Labels that they lose. */
  readonly without?: readonly string[];
  /** More parameters of the request. */
  readonly parameters?: Labels;
}

const named = (labels: Labels) => JSON.stringify(Object.entries(labels).sort());

/** Sends a range query. */
export function ranged(url: string, query: string, span: Span, asking: Asking = {}): Promise<Points> {
  const { start, end, step } = span;
  return asked(
    `${url}/api/v1/query_range`,
    { query, start: `${start}`, end: `${end}`, step: `${step}` },
    asking,
  );
}

/** Returns the samples of a range, such as `up[1m]`, that ends at a time. */
export function samples(url: string, range: string, time: number, asking: Asking = {}): Promise<Points> {
  return asked(`${url}/api/v1/query`, { query: range, time: `${time}` }, asking);
}

async function asked(
  url: string,
  question: Labels,
  { labels = {}, without = [], parameters = {} }: Asking,
): Promise<Points> {
  const body = new URLSearchParams({ ...question, ...parameters });
  const { error, data } = (await (await fetch(url, { method: 'POST', body })).json()) as Answer;
  if (!data) throw new Error(`${error}: ${question.query}`);
  return new Map(
    data.result.map(({ metric, values }) => {
      const own = Object.entries(metric).filter(([name]) => !without.includes(name));
      const points = values.map(([time, text]) => [time, Number(text)] as const);
      return [named({ ...Object.fromEntries(own), ...labels }), new Map(points)];
    }),
  );
}

interface Exported {
  readonly metric: Labels;
  readonly values: readonly number[];
  readonly timestamps: readonly number[];
}

/** Returns everything that a VictoriaMetrics has. */
export async function exported(url: string): Promise<Points> {
  const body = new URLSearchParams({ 'match[]': '{__name__!=""}' });
  const response = await fetch(`${url}/api/v1/export`, { method: 'POST', body });
  const lines = (await response.text()).trim().split('\n');
  const series = lines.map((line) => JSON.parse(line) as Exported);
  return new Map(
    series.map(({ metric, values, timestamps }) => [
      named(metric),
      new Map(timestamps.map((time, index) => [time / 1000, values[index]!])),
    ]),
  );
}
