import type { Format } from '../metrics/foreign.js';

/** One entry of an Accept or Accept-Encoding header. */
interface Preference {
  readonly name: string;
  /** The other parameters, such as `version`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** How much it is wanted, 0 (not at all) to 1. */
  readonly quality: number;
}

/** What a client may name, and the only parameters by which it means what we write. */
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
 * The format of a scrape: that which a client names and likes best, and of two that it likes the same the richer one; the
 * plain text format for everybody else, whatever they accept. Prometheus asks for protobuf where it takes native histograms.
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

/** Whether to compress: only for a client that says so, and does not like the plain bytes better. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const preferences = parse(acceptEncoding);
  const gzip =
    quality(preferences, { name: 'gzip' }) ??
    quality(preferences, { name: 'x-gzip' }) ??
    quality(preferences, { name: '*' }) ??
    0;
  return gzip > 0 && gzip >= (quality(preferences, { name: 'identity' }) ?? 0);
}

/** The best quality of an entry with this name, and no other value of a parameter than ours. */
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
    // A quality that is not one is no reason to send what may not be understood.
    return { name: name.trim(), parameters: values, quality: q >= 0 && q <= 1 ? q : 0 };
  });
}

function pair(parameter: string): [string, string] {
  const [key = '', value = ''] = parameter.split('=');
  return [key.trim(), value.trim().replaceAll('"', '')];
}
