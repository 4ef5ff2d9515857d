import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendError, sendJson } from './answer.js';
import type { Demo } from './demo.js';

/** For demonstrations: `GET /faults` returns all faults, `POST /faults/NAME?on=true` turns one on or off. */
export function answerFault(
  demo: Demo | undefined,
  name: string,
  parameters: URLSearchParams,
  { method, headers }: IncomingMessage,
  response: ServerResponse,
): void {
  if (!demo) {
    sendError(response, 404, 'not_found', 'Faults are only there in a demonstration');
    return;
  }
  if (method === 'POST') {
    // Browsers always send the origin of a POST. The guard has already compared it with the host.
    if (headers.origin === undefined || !Object.hasOwn(demo.faults, name)) {
      sendError(
        response,
        403,
        'forbidden',
        `Expected one of ${Object.keys(demo.faults).join(', ')}, from the page`,
      );
      return;
    }
    demo.set(name, parameters.get('on') === 'true');
  } else if (method !== 'GET') {
    sendError(response, 405, 'read_only', `Expected GET or POST, got ${method}`);
    return;
  }
  sendJson(response, { says: demo.says, faults: demo.faults, active: demo.active() });
}
