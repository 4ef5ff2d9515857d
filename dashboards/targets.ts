import { catalog } from '@pmcp/observability/catalog';

/** Every PMCP server has it, from its first scrape on. */
export const SERVERS = catalog.ready.name;
