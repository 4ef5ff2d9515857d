import { envoy } from './envoy.js';
import { haproxy } from './haproxy.js';
import { nginx } from './nginx.js';
import { STRATEGIES } from './strategies.js';

/** The configurations of balancers, by their paths from the root. */
export const loadBalancingFiles: Readonly<Record<string, () => string>> = Object.fromEntries(
  STRATEGIES.flatMap((strategy) => [
    [`examples/load-balancing/nginx/${strategy}.conf`, () => nginx(strategy)],
    [`examples/load-balancing/haproxy/${strategy}.cfg`, () => haproxy(strategy)],
    [`examples/load-balancing/envoy/${strategy}.yaml`, () => envoy(strategy)],
  ]),
);
