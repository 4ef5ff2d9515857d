import { Observability } from '../observability.js';
import { endAs, StartError } from '../proxy/stdio/child.js';
import { proxyStdio } from '../proxy/stdio/stdio.js';
import { LAST_EXPORT_MS } from '../shutdown.js';
import { within } from '../within.js';
import { type toolkitFlags, toolkitOptions } from './command.js';
import { say } from './errors.js';
import type { Values } from './flags.js';

/** Loaded only where it runs, since it is most of the package. */
export async function run(
  server: readonly string[],
  values: Values<typeof toolkitFlags> & { readonly injectMeta: boolean },
): Promise<void> {
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
}
