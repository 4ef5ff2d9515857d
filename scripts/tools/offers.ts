import type { Product } from './programs.js';
import type { Request } from './request.js';
import { compareVersions, majorOf } from './version.js';

export type WayName = 'release' | 'debian' | 'go';

/** One way to get a product. */
export interface Offer {
  readonly way: WayName;
  readonly product: Product;
  /** The version that this way installs. A distribution may have a newer one of the same major version. */
  readonly version: string;
  readonly kubernetesSd?: true;
}

/**
 * The quickest come first: a release takes as long as its download, a package takes seconds, a build from
 * source takes minutes. Debian builds Prometheus without Kubernetes discovery.
 */
export const OFFERS: readonly Offer[] = [
  { way: 'release', product: 'prometheus', version: '3.15.0', kubernetesSd: true },
  { way: 'debian', product: 'prometheus', version: '2.42.0' },
  { way: 'release', product: 'prometheus', version: '2.55.1', kubernetesSd: true },
  { way: 'go', product: 'prometheus', version: '3.16.0', kubernetesSd: true },

  { way: 'release', product: 'alertmanager', version: '0.34.1' },
  { way: 'debian', product: 'alertmanager', version: '0.25.0' },
  // The last version whose Go module contains the web interface. Later ones need Node and Elm to build.
  { way: 'go', product: 'alertmanager', version: '0.31.1' },

  { way: 'debian', product: 'pushgateway', version: '1.5.0' },
  { way: 'go', product: 'pushgateway', version: '1.11.1' },

  { way: 'debian', product: 'redis', version: '7.0' },
  { way: 'debian', product: 'postgresql', version: '15.0' },
  { way: 'debian', product: 'redis_exporter', version: '1.45.0' },
  { way: 'debian', product: 'postgres_exporter', version: '0.11.1' },
  { way: 'debian', product: 'node_exporter', version: '1.5.0' },
  { way: 'debian', product: 'blackbox_exporter', version: '0.23.0' },
  { way: 'debian', product: 'chromium', version: '120.0' },

  { way: 'go', product: 'victoriametrics', version: '1.151.0' },
  { way: 'go', product: 'victorialogs', version: '1.52.2' },
  { way: 'go', product: 'jaeger', version: '1.76.0' },
  { way: 'go', product: 'thanos', version: '0.42.4' },
  { way: 'go', product: 'cortex', version: '1.21.1' },

  { way: 'debian', product: 'etcd', version: '3.4.23' },
  { way: 'go', product: 'helm', version: '4.3.1' },
  { way: 'go', product: 'kubernetes', version: '1.37.2' },
  { way: 'go', product: 'prometheus-adapter', version: '0.12.0' },
  { way: 'go', product: 'keda', version: '2.21.0' },
];

/** Returns the offers that meet a request, in the order in which to try them. */
export function offersFor(request: Request, offers: readonly Offer[] = OFFERS): readonly Offer[] {
  return offers.filter(
    ({ product, version, kubernetesSd = false }) =>
      product === request.product &&
      compareVersions(version, request.minVersion) >= 0 &&
      (request.generation === undefined || majorOf(version) === request.generation) &&
      (kubernetesSd || !request.kubernetesSd),
  );
}
