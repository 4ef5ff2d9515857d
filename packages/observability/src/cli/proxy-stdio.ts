import { Observability } from '../observability.js';
import { endAs, StartError } from '../proxy/stdio/child.js';
import { proxyStdio } from '../proxy/stdio/stdio.js';
import { LAST_EXPORT_MS } from '../shutdown.js';
import { within } from '../within.js';
import { command, injectMeta, toolkitFlags, toolkitOptions } from './command.js';
import { say, UsageError } from './errors.js';

export const proxyStdioCommand = command({
  name: 'proxy stdio',
  runsCommand: true,
  summary:
    'Runs a stdio server and observes its messages.\nBytes, exit code and signals are those of the server. It opens no port unless you set one.',
  flags: { injectMeta, ...toolkitFlags },
  async run({ values, command: server }) {
    if (server.length === 0)
      throw new UsageError('PMCP_E_MISSING', 'proxy stdio needs a server to run: -- COMMAND');
    // Signals are for the server. We exit when it does.
    const observability = new Observability({ ...toolkitOptions(values), shutdown: { onSigterm: false } });
    observability.start();
    // The name comes from its handshake, since its command may start any server.
    observability.watching.connecting({ name: undefined, version: undefined, sdk: '' });
    await observability.ready();
    try {
      const ending = await proxyStdio(server, observability.watching.connections, values.injectMeta, (info) =>
        observability.served.introduced(info),
      );
      await within(LAST_EXPORT_MS, observability.exports.export());
      endAs(ending);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      say(error.code, error.message);
      process.exit(error.exitCode);
    } finally {
      observability.flush();
    }
  },
});
