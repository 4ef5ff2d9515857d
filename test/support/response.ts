import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';

/**
 * Waits for the response to a request.
 * `once` alone listens for errors up to the response only: a connection that broke later would end the process.
 */
export async function responseTo(sent: ClientRequest): Promise<IncomingMessage> {
  sent.on('error', () => {});
  const [response] = await once(sent, 'response');
  return response;
}
