import { join } from 'node:path';
import { freePort } from '../../scripts/free-port.js';
import type { Children } from '../../scripts/start/children.js';
import { connectClient } from '../support/http-server.js';
import { until } from '../support/until.js';

/** The trace of the client. */
export const TRACE = { id: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };

/** Returns the lines that a real server writes while a client with a trace calls a tool. It sends its spans to a collector. */
export async function linesOfServer(
  children: Children,
  folder: string,
  collector: string,
): Promise<string[]> {
  const port = await freePort();
  const server = children.start(
    'server',
    process.execPath,
    [join(import.meta.dirname, 'servers/balanced.mjs')],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        ...{
          NAME: 'a',
          CALLS: join(folder, 'calls'),
          DELAY_MS: '1',
          PORT: String(port),
          PMCP_METRICS_PORT: '0',
          // Lines have a trace where there are spans.
          OTEL_TRACES_EXPORTER: 'otlp',
          OTEL_EXPORTER_OTLP_ENDPOINT: collector,
        },
      },
    },
  );
  let text = '';
  server.stderr!.on('data', (chunk) => {
    text += chunk;
  });
  const url = new URL(`http://127.0.0.1:${port}/mcp`);
  await until(() =>
    fetch(url).then(
      () => true,
      () => false,
    ),
  );
  const client = await connectClient(url);
  const traceparent = `00-${TRACE.id}-${TRACE.span}-01`;
  await client.callTool({ name: 'who', arguments: { id: 'one' }, _meta: { traceparent } } as never);
  await client.close();
  await until(() => text.includes(TRACE.id));
  return text.trim().split('\n');
}
