/** Two workers of `node:cluster`, and a parent that has no server. */
import cluster from 'node:cluster';

if (cluster.isPrimary) for (const _ of 'ab') cluster.fork();
else await import('./hono.mjs');
