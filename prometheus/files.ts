import { collectorConfig } from './collector.js';
import { COLLECTOR, DEPLOYMENTS, OPERATED } from './deployments.js';
import { podMonitor, scrapeConfigs, serviceMonitor } from './operator/objects.js';
import { prometheusConfig } from './scrape/config.js';
import { toYaml } from './yaml.js';

const metadata = { name: 'pmcp', labels: { 'app.kubernetes.io/part-of': 'pmcp-observability' } };

const configurations = Object.fromEntries(
  Object.entries(DEPLOYMENTS).map(([name, options]) => [`${name}.yml`, () => prometheusConfig(options)]),
);

const operated: Readonly<Record<string, () => object[]>> = {
  'pod-monitor': () => [podMonitor(metadata, OPERATED)],
  'service-monitor': () => [serviceMonitor(metadata, OPERATED)],
  'scrape-config': () => scrapeConfigs(metadata, OPERATED),
};

const objects = Object.fromEntries(
  Object.entries(operated).map(([name, make]) => [
    `operator/${name}.yml`,
    () => make().map(toYaml).join('---\n'),
  ]),
);

const files = {
  ...configurations,
  ...objects,
  'otel-collector.yml': () => toYaml(collectorConfig(COLLECTOR)),
};

/** Every generated file of this folder, by its path from the root of the repository. */
export const prometheusFiles: Readonly<Record<string, () => string>> = Object.fromEntries(
  Object.entries(files).map(([path, render]) => [`prometheus/generated/${path}`, render]),
);
