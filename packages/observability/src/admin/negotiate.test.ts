import { describe, expect, it } from 'vitest';
import { acceptsGzip, chooseFormat, omitsZeros } from './negotiate.js';

/** The Accept headers of several Prometheus versions. */
const PROMETHEUS_2_42 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_2_55 =
  'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const PROMETHEUS_3_NATIVE_HISTOGRAMS =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
/** With the feature flag of that version. */
const PROMETHEUS_2_42_NATIVE_HISTOGRAMS =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
/** With `openmetrics2`, and both versions in its `scrape_protocols`. */
const PROMETHEUS_3_OPENMETRICS_2 =
  'application/openmetrics-text;version=2.0.0;escaping=allow-utf-8;q=0.7,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.5';
const PROMETHEUS_3_TEXT_ONLY = 'text/plain;version=0.0.4;q=0.6,*/*;q=0.5';

describe('chooseFormat', () => {
  it.each([PROMETHEUS_2_42, PROMETHEUS_2_55, PROMETHEUS_3, PROMETHEUS_3_OPENMETRICS_2])(
    'is OpenMetrics for %s',
    (accept) => {
      expect(chooseFormat(accept)).toBe('openmetrics');
    },
  );

  it.each([
    PROMETHEUS_2_42_NATIVE_HISTOGRAMS,
    PROMETHEUS_3_NATIVE_HISTOGRAMS,
    'application/vnd.google.protobuf',
    'text/plain, APPLICATION/vnd.google.protobuf; Proto="io.prometheus.client.MetricFamily"; Encoding=delimited',
    'application/vnd.google.protobuf;q=0.2, text/plain;q=0.1',
  ])('is protobuf for %s', (accept) => {
    expect(chooseFormat(accept)).toBe('protobuf');
  });

  it.each([
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text',
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=compact-text',
    'application/vnd.google.protobuf;proto=some.other.Message;encoding=delimited',
    'application/vnd.google.protobuf;q=0',
    'application/vnd.google.protobuf;q=0.3, text/plain;q=0.4',
    'application/protobuf',
  ])('is not protobuf for %s', (accept) => {
    expect(chooseFormat(accept)).toBe('text');
  });

  it.each([
    'application/openmetrics-text',
    'application/openmetrics-text, text/plain',
    'text/plain;q=0.5, APPLICATION/OpenMetrics-Text ; Version="1.0.0" ; Q=0.9',
    'application/openmetrics-text;q=0.5, text/plain;q=0.1, */*;q=0.9',
  ])('is OpenMetrics if that is the only preference: %s', (accept) => {
    expect(chooseFormat(accept)).toBe('openmetrics');
  });

  it.each([
    undefined,
    '',
    '*/*',
    'text/html,application/xhtml+xml,*/*;q=0.8',
    'application/json',
    'application/*',
    PROMETHEUS_3_TEXT_ONLY,
    'application/openmetrics-text;q=0',
    'application/openmetrics-text;q=0.3, text/plain;q=0.4',
    'application/openmetrics-text;q=0.3, */*',
    'application/openmetrics-text;q=none',
    'application/openmetrics-text;version=0.0.1',
    'application/openmetrics-text;version=2.0.0',
    ';;;q=,,=;',
  ])('is plain text for %s', (accept) => {
    expect(chooseFormat(accept)).toBe('text');
  });
});

describe('acceptsGzip', () => {
  it.each(['gzip', 'gzip, deflate, br', 'GZip;q=0.5', '*', 'x-gzip', 'identity;q=0.5, gzip', '*;q=0, gzip'])(
    'is true for %s',
    (header) => {
      expect(acceptsGzip(header)).toBe(true);
    },
  );

  it.each([
    undefined,
    '',
    'br',
    'identity',
    'gzip;q=0',
    'gzip;q=0, *',
    '*;q=0',
    'gzip;q=2',
    'gzip;q=0.5, identity',
  ])('is false for %s', (header) => {
    expect(acceptsGzip(header)).toBe(false);
  });
});

describe('omitsZeros', () => {
  it.each([
    ['/metrics', false],
    ['/metrics?zeros=omit', true],
    ['/metrics?a=b&zeros=omit', true],
    ['/metrics?zeros=', false],
    ['/metrics?zeros=keep', false],
    ['/zeros=omit', false],
  ])('of %s is %s', (target, expected) => {
    expect(omitsZeros(target)).toBe(expected);
  });
});
