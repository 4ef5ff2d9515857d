import type { Format } from '../metrics/foreign.js';

/** One entry of an Accept or Accept-Encoding header. */
interface Preference {
  readonly name: string;
  /** The `version` parameter; empty without one. */
  readonly version: string;
  /** How much it is wanted, 0 (not at all) to 1. */
  readonly quality: number;
}

/** The only versions of the two formats that we write. */
const OPENMETRICS_VERSION = '1.0.0';
const TEXT_VERSION = '0.0.4';

/**
 * The format of a scrape: OpenMetrics for a client that names it and wants nothing of ours more, as
 * Prometheus 2 and 3 do, and the plain text format for everybody else, whatever they accept.
 */
export function chooseFormat(accept: string | undefined): Format {
  const preferences = parse(accept);
  const openmetrics = quality(preferences, 'application/openmetrics-text', OPENMETRICS_VERSION) ?? 0;
  const text =
    quality(preferences, 'text/plain', TEXT_VERSION) ??
    quality(preferences, 'text/*') ??
    quality(preferences, '*/*');
  return openmetrics > 0 && openmetrics >= (text ?? 0) ? 'openmetrics' : 'text';
}

/** Whether to compress: only for a client that says so, and does not like the plain bytes better. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const preferences = parse(acceptEncoding);
  const gzip =
    quality(preferences, 'gzip') ?? quality(preferences, 'x-gzip') ?? quality(preferences, '*') ?? 0;
  return gzip > 0 && gzip >= (quality(preferences, 'identity') ?? 0);
}

/** The best quality of an entry with this name and, if it states a version, with ours. */
function quality(preferences: readonly Preference[], name: string, version = ''): number | undefined {
  const matching = preferences.filter(
    (entry) => entry.name === name && ['', version].includes(entry.version),
  );
  return matching.length > 0 ? Math.max(...matching.map((entry) => entry.quality)) : undefined;
}

function parse(header = ''): Preference[] {
  return header.split(',').map((entry) => {
    const [name = '', ...parameters] = entry.toLowerCase().split(';');
    const values = new Map(parameters.map((parameter) => pair(parameter)));
    const q = Number(values.get('q') ?? 1);
    // A quality that is not one is no reason to send what may not be understood.
    return { name: name.trim(), version: values.get('version') ?? '', quality: q >= 0 && q <= 1 ? q : 0 };
  });
}

function pair(parameter: string): [string, string] {
  const [key = '', value = ''] = parameter.split('=');
  return [key.trim(), value.trim().replaceAll('"', '')];
}
