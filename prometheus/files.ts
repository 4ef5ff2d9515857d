import { DEPLOYMENTS } from './deployments.js';
import { prometheusConfig } from './scrape/config.js';

const FOLDER = 'prometheus/generated';

/** Every generated file of this folder, by its path from the root of the repository. */
export const prometheusFiles: Readonly<Record<string, () => string>> = Object.fromEntries(
  Object.entries(DEPLOYMENTS).map(([name, options]) => [
    `${FOLDER}/${name}.yml`,
    () => prometheusConfig(options),
  ]),
);
