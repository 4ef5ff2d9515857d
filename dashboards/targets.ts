import { catalog } from '@pmcp/observability/catalog';

/** A metric that every PMCP server has from its first scrape on. */
export const SERVERS = catalog.ready.name;
