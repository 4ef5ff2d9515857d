import { isDeepStrictEqual } from 'node:util';
import { catalog } from '@pmcp/observability/catalog';
import { Collector } from '../../scripts/collector/collector.js';
import { parseSamples } from './exposition.js';
import { startStdioServer } from './stdio.js';
import { until } from './until.js';

/** Metrics that change in a process without any request. */
const RESTLESS = /^(?:pmcp_telemetry_|pmcp_health_check_duration_|process_|nodejs_)/;

/** What a server said in both ways about the same few calls. */
export interface Pushed {
  /** What was pushed over OTLP before the page was read, and shortly after. */
  readonly bodies: readonly Buffer[];
  /** What a scrape reads. */
  readonly page: string;
  /** Its metrics and spans as they were read from what was pushed. */
  readonly collector: Collector;
}

/** Lets a server push the results of a few calls, and reads its page. */
export async function pushed(variables: Readonly<Record<string, string>> = {}): Promise<Pushed> {
  const collector = await Collector.start();
  const { client, port } = await startStdioServer(['test/fixtures/stdio-server.mjs'], {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_METRIC_EXPORT_INTERVAL: '200',
    ...variables,
  });
  for (let i = 0; i < 3; i++) await client.callTool({ name: 'hello', arguments: {} });
  await client.callTool({ name: 'unknown', arguments: {} });
  const ready = () => collector.metrics.find(({ name }) => name === catalog.ready.name)?.points[0]?.value;
  await until(() => ready() === 1);
  const read = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  let page = '';
  let bodies: Buffer[] = [];
  // On a busy machine the event loop may be late at one of both moments, which changes a check and a count of lines.
  await until(async () => {
    page = await read();
    const before = collector.metricExports.length;
    await until(() => collector.metricExports.length > before + 2);
    bodies = [...collector.metricExports];
    return isDeepStrictEqual(steady(linesOf(page)), steady(linesOf(await read())));
  });
  await client.close();
  collector.stop();
  return { bodies, page, collector };
}

/** Returns a series as a line of a page, without the labels that Prometheus adds or leaves out. */
export function line(
  { __name__, job: _, instance: __, ...labels }: Readonly<Record<string, string>>,
  value: number,
): string {
  const pairs = Object.entries(labels).filter(([, text]) => text !== '');
  return `${__name__}{${pairs.map(([name, text]) => `${name}="${text}"`).sort()}} ${value}`;
}

/** Returns the series of a page in the same way. Labels of the fixture contain no quotes and no commas. */
export function linesOf(page: string): string[] {
  return [...parseSamples(page)].map(([series, value]) => {
    const [, name = '', pairs = ''] = /^([^{]+)(?:\{(.*)\})?$/.exec(series) ?? [];
    const labels = Object.fromEntries(
      [...pairs.matchAll(/(\w+)="([^"]*)"/g)].map(([, k = '', v = '']) => [k, v]),
    );
    return line({ ...labels, __name__: name }, value);
  });
}

/** Returns only what changes by requests. */
export const steady = (lines: readonly string[]) => lines.filter((text) => !RESTLESS.test(text)).sort();
