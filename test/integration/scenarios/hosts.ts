import type { Host } from './host.js';
import { httpHosts } from './http-hosts.js';
import { inProcessHosts } from './in-process-hosts.js';
import { stdioHosts } from './stdio-hosts.js';

/** Every kind of server that the toolkit observes: the columns of the table. */
export const hosts: readonly Host[] = [...httpHosts, ...inProcessHosts, ...stdioHosts];
