import { command, injectMeta, toolkitFlags } from './command.js';
import { UsageError } from './errors.js';

export const proxyStdioCommand = command({
  name: 'proxy stdio',
  runsCommand: true,
  summary:
    'Runs a stdio server and observes its messages.\nBytes, exit code and signals are those of the server. It opens no port unless you set one.',
  flags: { injectMeta, ...toolkitFlags },
  async run({ values, command: server }) {
    if (server.length === 0)
      throw new UsageError('PMCP_E_MISSING', 'proxy stdio needs a server to run: -- COMMAND');
    const { run } = await import('./proxy-stdio-run.js');
    await run(server, values);
  },
});
