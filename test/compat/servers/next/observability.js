/** Evaluated twice in a process: Next.js has one module graph for the instrumentation and one for the routes. */
import { createObservability } from '@pmcp/observability';

const unobserved = { observe: (server) => server, listen: undefined };

export const { observe, listen } =
  process.env.WIRED === 'observe'
    ? createObservability({ connections: { idleTimeoutMs: 1_000 } })
    : unobserved;
