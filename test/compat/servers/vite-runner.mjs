/** Vite's own module runner, as its dev server runs server-side code. */
import { createServer as createHttpServer } from 'node:http';
import { createServer, createServerModuleRunner } from 'vite';

// A server that is never opened, so that Vite opens no port for browsers.
const server = { middlewareMode: true, hmr: { server: createHttpServer() } };
const vite = await createServer({ server, appType: 'custom', logLevel: 'error' });
await createServerModuleRunner(vite.environments.ssr).import('/reloaded.mjs');
