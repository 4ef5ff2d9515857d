/** The server in a thread of its own; the main one has none. */
import { Worker } from 'node:worker_threads';

new Worker(new URL('hono.mjs', import.meta.url));
