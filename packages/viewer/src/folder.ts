import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { sendError } from './answer.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** Names that can't lead out of a folder. */
const NAME = /^[\w-]+(\.[\w-]+)*$/;

/** Sends a file, or status 304 if the browser has it. Browsers always ask, as an update may have changed it. */
export async function sendFile(
  folder: string,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const type = TYPES[extname(name)];
  const content =
    NAME.test(name) && type !== undefined
      ? await readFile(join(folder, name)).catch(() => undefined)
      : undefined;
  if (content === undefined || type === undefined) {
    sendError(response, 404, 'not_found', `Expected the name of a file that the viewer has, got "${name}"`);
    return;
  }
  const tag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 20)}"`;
  response.setHeader('etag', tag);
  response.setHeader('cache-control', 'no-cache');
  if (request.headers['if-none-match'] === tag) {
    response.statusCode = 304;
    response.end();
    return;
  }
  response.setHeader('content-type', type);
  response.end(content);
}
