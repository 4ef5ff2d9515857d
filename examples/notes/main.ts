/** A notes server over HTTP at /mcp, observed: metrics and health are on port 9090. */
import { createObservability } from '@pmcp/observability';
import { handleNotes, listenForClients } from './http.js';

const observability = createObservability();
// Servers are made for each request or session. The port must answer before the first one exists.
await observability.listen();

listenForClients(handleNotes(observability), observability);
