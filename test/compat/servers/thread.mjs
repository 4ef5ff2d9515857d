/** The server in its own thread; the main thread has none. */
import { Worker } from 'node:worker_threads';

new Worker(new URL('hono.mjs', import.meta.url));
