import type { Format } from '../metrics/foreign.js';

/** One entry of an Accept or Accept-Encoding header. */
interface Preference {
  readonly name: string;
  /** The other parameters, such as `version`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Its quality, from 0 (not acceptable) to 1. */
  readonly quality: number;
}

/** The media types that we write, with the parameters that they must have. */
const PROTOBUF = {
  name: 'application/vnd.google.protobuf',
  parameters: { proto: 'io.prometheus.client.metricfamily', encoding: 'delimited' },
};
const OPENMETRICS = { name: 'application/openmetrics-text', parameters: { version: '1.0.0' } };
const TEXT = { name: 'text/plain', parameters: { version: '0.0.4' } };

interface MediaType {
  readonly name: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * Returns the format of a scrape: the one that the client prefers, and of two equal ones the richer. All other clients get the
 * plain text format, whatever they accept. Prometheus asks for protobuf if it accepts native histograms.
 */
export function chooseFormat(accept: string | undefined): Format {
  const preferences = parse(accept);
  const protobuf = quality(preferences, PROTOBUF) ?? 0;
  const openmetrics = quality(preferences, OPENMETRICS) ?? 0;
  const text =
    quality(preferences, TEXT) ??
    quality(preferences, { name: 'text/*' }) ??
    quality(preferences, { name: '*/*' }) ??
    0;
  if (protobuf > 0 && protobuf >= Math.max(openmetrics, text)) return 'protobuf';
  return openmetrics > 0 && openmetrics >= text ? 'openmetrics' : 'text';
}

/** Whether the scraper knows when counters began, and asks to leave out those that are still 0: `?zeros=omit`. */
export function omitsZeros(target: string): boolean {
  const query = target.indexOf('?');
  return query !== -1 && new URLSearchParams(target.slice(query)).get('zeros') === 'omit';
}

/** Whether to compress: only if the client accepts gzip, and does not prefer uncompressed bytes. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const preferences = parse(acceptEncoding);
  const gzip =
    quality(preferences, { name: 'gzip' }) ??
    quality(preferences, { name: 'x-gzip' }) ??
    quality(preferences, { name: '*' }) ??
    0;
  return gzip > 0 && gzip >= (quality(preferences, { name: 'identity' }) ?? 0);
}

/** Returns the best quality of the entries with this name whose parameters equal ours. */
function quality(
  preferences: readonly Preference[],
  { name, parameters = {} }: MediaType,
): number | undefined {
  const matching = preferences.filter(
    (entry) =>
      entry.name === name &&
      Object.entries(parameters).every(([key, value]) =>
        ['', value].includes(entry.parameters.get(key) ?? ''),
      ),
  );
  return matching.length > 0 ? Math.max(...matching.map((entry) => entry.quality)) : undefined;
}

function parse(header = ''): Preference[] {
  return header.split(',').map((entry) => {
    const [name = '', ...parameters] = entry.toLowerCase().split(';');
    const values = new Map(parameters.map((parameter) => pair(parameter)));
    const q = Number(values.get('q') ?? 1);
    // With an invalid quality, do not send a format that the client may not understand.
    return { name: name.trim(), parameters: values, quality: q >= 0 && q <= 1 ? q : 0 };
  });
}

function pair(parameter: string): [string, string] {
  const [key = '', value = ''] = parameter.split('=');
  return [key.trim(), value.trim().replaceAll('"', '')];
}
