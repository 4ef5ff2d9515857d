/** Vite's own module runner, as its dev server runs what is rendered on the server. */
import { createServer as createHttpServer } from 'node:http';
import { createServer, createServerModuleRunner } from 'vite';

// A port for browsers is opened by nobody here.
const server = { middlewareMode: true, hmr: { server: createHttpServer() } };
const vite = await createServer({ server, appType: 'custom', logLevel: 'error' });
await createServerModuleRunner(vite.environments.ssr).import('/reloaded.mjs');
