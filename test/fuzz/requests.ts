import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Random } from '../support/random.js';

const VERSIONS = ['2025-11-25', '2025-03-26', '2026-07-28', '1999-01-01', ''];
const METHODS = [
  'initialize',
  'tools/call',
  'tools/call',
  'tools/call',
  'tools/list',
  'ping',
  'subscriptions/listen',
  'server/discover',
  'resources/read',
  'tasks/get',
  'notifications/cancelled',
  'notifications/initialized',
  'of/tomorrow',
];
const TOOLS = ['echo', 'slow', 'fails', 'throws', 'made up', '__proto__', 'x'.repeat(500)];
const VERBS = [
  'POST',
  'POST',
  'POST',
  'POST',
  'POST',
  'GET',
  'DELETE',
  'OPTIONS',
  'HEAD',
  'PUT',
  'TRACE',
  'BREW',
];
const HUGE = 200_000;

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'fuzzer', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Returns a request as bytes: correct, nearly correct, or completely wrong. */
export function anyRequest(random: Random, session: string | undefined): Buffer {
  if (random.once(40)) return random.bytes(random.below(2_000));
  const { method, body } = anyBody(random);
  const encoded = encode(random, body);
  const headers = [
    `${random.pick(VERBS)} ${random.pick(['/v1', '/v2', '/v1', '/v2', '/', '//', '/%00', 'http://other/v2'])} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    `Mcp-Method: ${method}`,
    `Mcp-Protocol-Version: ${random.pick(VERSIONS)}`,
    ...(session !== undefined && random.once(2) ? [`Mcp-Session-Id: ${session}`] : []),
    ...(random.once(20) ? ['Mcp-Session-Id: made-up'] : []),
    ...(random.once(20) ? ['Authorization: Bearer secret', 'traceparent: 00-x-y-z'] : []),
    ...(encoded.encoding === '' ? [] : [`Content-Encoding: ${encoded.encoding}`]),
    ...framing(random, encoded.bytes.length),
  ];
  const request = Buffer.concat([Buffer.from(`${headers.join('\r\n')}\r\n\r\n`), encoded.bytes]);
  return random.once(10) ? damaged(random, request) : request;
}

function anyBody(random: Random): { method: string; body: Buffer } {
  const first = anyMessage(random);
  const messages = random.once(15)
    ? [first, ...Array.from({ length: random.below(500) }, () => anyMessage(random))]
    : first;
  let text = JSON.stringify(messages);
  if (random.once(30)) text = `${'['.repeat(random.below(50_000))}${text}`;
  if (random.once(30)) text += ' '.repeat(random.below(HUGE));
  if (random.once(60)) text = text.replace('"method"', '"method":"tools/call","method"');
  return { method: String(first.method), body: Buffer.from(text) };
}

function anyMessage(random: Random) {
  const method = random.pick(METHODS);
  return {
    jsonrpc: random.once(30) ? '1.0' : '2.0',
    ...(method.startsWith('notifications/')
      ? {}
      : { id: random.pick<unknown>([1, 2, 3, 'a', 1.5, null, {}, 1]) }),
    method: random.once(50) ? 7 : method,
    params: {
      ...(random.once(2) && { _meta: META }),
      name: random.pick<unknown>([...TOOLS, 7, null, {}]),
      arguments: random.once(20) ? { text: 'x'.repeat(random.below(HUGE)) } : {},
      protocolVersion: random.pick(VERSIONS),
      capabilities: {},
      clientInfo: { name: `client ${random.below(1_000)}`, version: '1' },
      requestId: random.pick<unknown>([1, 2, 'a', {}]),
      taskId: random.pick<unknown>(['t', 1, {}]),
      uri: random.pick(['notes://1', `notes://${random.below(1e6)}`, '']),
      notifications: random.pick<unknown>([{ toolsListChanged: true }, { promptsListChanged: true }, {}, 7]),
      ...(random.once(10) && {
        inputResponses: { a: { action: random.pick(['accept', 'decline', 'cancel', {}]) } },
      }),
    },
  };
}

function encode(random: Random, body: Buffer): { encoding: string; bytes: Buffer } {
  if (!random.once(6)) return { encoding: '', bytes: body };
  const encoding = random.pick(['gzip', 'br', 'deflate', 'unheard-of', 'gzip, gzip']);
  // Few bytes that decompress to many.
  const bomb = random.once(5) ? Buffer.alloc(1 << (16 + random.below(9)), ' ') : body;
  const pack = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync }[encoding];
  return { encoding, bytes: pack && !random.once(5) ? pack(bomb) : body };
}

function framing(random: Random, length: number): string[] {
  if (random.once(40)) return [`Content-Length: ${random.below(1e9)}`];
  if (random.once(60)) return [`Content-Length: ${length}`, 'Transfer-Encoding: chunked'];
  if (random.once(80)) return [`Content-Length: ${length}`, `Content-Length: ${length + 1}`];
  return [`Content-Length: ${length}`];
}

function damaged(random: Random, request: Buffer): Buffer {
  const bytes = Buffer.from(request);
  for (let i = random.below(10); i >= 0; i--) bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}
