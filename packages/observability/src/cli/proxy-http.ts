import { command } from './command.js';
import { proxyHttpFlags } from './proxy-http-flags.js';

export const proxyHttpCommand = command({
  name: 'proxy http',
  summary: 'Observes an HTTP server from outside, and passes all requests on to it.',
  flags: proxyHttpFlags,
  rareFlags: ['timeout', 'bodyTimeout', 'maxConnections'],
  async run({ values }) {
    const { serve } = await import('./proxy-http-run.js');
    await serve(values);
  },
});
