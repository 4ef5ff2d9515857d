import { collectorConfig } from './collector.js';
import {
  COLLECTOR,
  COLLECTOR_OVER_MTLS,
  DEPLOYMENTS,
  OPERATED,
  OPERATED_OVER_MTLS,
  PROBED,
} from './deployments.js';
import { podMonitor, probe, scrapeConfigs, serviceMonitor } from './operator/objects.js';
import { prometheusConfig } from './scrape/config.js';
import type { Options } from './scrape/options.js';
import { toYaml } from './yaml.js';

const metadata = { name: 'pmcp', labels: { 'app.kubernetes.io/part-of': 'pmcp-observability' } };

type SeriesOptions = Pick<Options, 'histograms' | 'keepClassicHistograms' | 'omitZeros' | 'dropUnread'>;

/** Returns the shipped configurations for the chosen form of histograms, by file name. */
export const prometheusOutputs = (series: SeriesOptions): Record<string, () => string> =>
  Object.fromEntries(
    Object.entries(DEPLOYMENTS).map(([name, options]) => [
      `${name}.yml`,
      () => prometheusConfig({ ...options, ...series }),
    ]),
  );

const byOperator = (suffix: string, options: Options): Record<string, () => object[]> => ({
  [`pod-monitor${suffix}`]: () => [podMonitor(metadata, options)],
  [`service-monitor${suffix}`]: () => [serviceMonitor(metadata, options)],
  [`scrape-config${suffix}`]: () => scrapeConfigs(metadata, options),
});

const operated = {
  ...byOperator('', OPERATED),
  ...byOperator('-mtls', OPERATED_OVER_MTLS),
  probe: () => [probe(metadata, PROBED)],
};

const objects = Object.fromEntries(
  Object.entries(operated).map(([name, make]) => [
    `operator/${name}.yml`,
    () => make().map(toYaml).join('---\n'),
  ]),
);

const files = {
  ...prometheusOutputs({}),
  ...objects,
  'otel-collector.yml': () => toYaml(collectorConfig(COLLECTOR)),
  'otel-collector-mtls.yml': () => toYaml(collectorConfig(COLLECTOR_OVER_MTLS)),
};

/** Every generated file of this folder, by its path from the root of the repository. */
export const prometheusFiles: Readonly<Record<string, () => string>> = Object.fromEntries(
  Object.entries(files).map(([path, render]) => [`prometheus/generated/${path}`, render]),
);
