import type { Observability } from '@pmcp/observability';

interface Wire {
  start(): Promise<void>;
  close(): Promise<void>;
  send(message: object): Promise<void>;
  onmessage?(message: object): void;
}

/** Serves one `ping` over a transport without a connection. */
export async function serveOneRequest(observe: Observability['observe']): Promise<void> {
  const wire: Wire = { start: async () => {}, close: async () => {}, send: async () => {} };
  const connect = (to: Wire) => {
    to.onmessage = (message) => void to.send({ id: (message as { id: number }).id, result: {} });
    return to.start();
  };
  await observe({ connect }).connect(wire);
  wire.onmessage?.({ jsonrpc: '2.0', id: 1, method: 'ping' });
}
