import { type IncomingMessage, request, type ServerResponse } from 'node:http';

/** Passes a request on as it is, and its answer as it comes. */
export function forward(to: URL, incoming: IncomingMessage, response: ServerResponse): void {
  const { host: _, ...headers } = incoming.headers;
  const asked = request(to, { method: incoming.method, headers });
  incoming.pipe(asked);
  asked.on('error', () => response.destroy());
  response.on('close', () => asked.destroy());
  asked.on('response', (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 0, answer.headers)));
}
