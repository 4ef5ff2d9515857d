/** A notes server over HTTP at /mcp, observed: metrics and health are on port 9090. */
import { createObservability } from '@pmcp/observability';
import { handleNotes, listenForClients } from './http.js';

const observability = createObservability();
// Servers are made per request and per session; the port must answer before the first of them.
await observability.listen();

listenForClients(handleNotes(observability), observability);
