/** Two workers of `node:cluster`, and a parent without a server. */
import cluster from 'node:cluster';

if (cluster.isPrimary) for (const _ of 'ab') cluster.fork();
else await import('./hono.mjs');
