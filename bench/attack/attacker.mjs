/**
 * Attacks the proxy whose URL it reads from stdin, in all ways and at a steady pace. A new line sets another
 * URL, or none. It prints a line each time that it has started all attacks.
 */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Milliseconds between two attacks. With the default each attack is repeated every second. */
const EVERY_MS = Number(process.argv[2] ?? 75);
/** How many connections with an unfinished body stay open. A new one replaces the oldest. */
const UNFINISHED = Number(process.argv[3] ?? 120);

const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"},';
const brackets = `${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}`;
const LIST = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
const large = Buffer.alloc(16 << 20, '{"a":1},');
const QUALITY = { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 24 };
const gzip = 'Content-Encoding: gzip';
const br = 'Content-Encoding: br';

const post = (path, body, headers = [], length = body.length) =>
  Buffer.concat([
    Buffer.from(
      [
        `POST ${path} HTTP/1.1`,
        'Host: x',
        'Content-Type: application/json',
        `Content-Length: ${length}`,
        ...headers,
        '',
        '',
      ].join('\r\n'),
    ),
    Buffer.from(body),
  ]);
const chunked = (chunk, count) =>
  Buffer.from(
    `POST /refused HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${`${chunk.length}\r\n${chunk}\r\n`.repeat(count)}0\r\n\r\n`,
  );

const finished = [
  post('/refused', gzipSync(`[${ping.repeat(400_000).slice(0, -1)}]`), [gzip]),
  post('/refused', gzipSync(brackets), [gzip]),
  post('/refused', gzipSync(`[${'{},'.repeat(4_000_000)}1]`), [gzip]),
  post('/refused', brotliCompressSync(large, { params: QUALITY }), [br]),
  post('/refused', `[${ping.repeat(1_500).slice(0, -1)}]`),
  post('/refused', '['.repeat(60_000)),
  chunked('[', 20_000),
  Buffer.from('POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}'.repeat(1_000)),
  Buffer.from(`GET /refused HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(5_000)}\r\n`),
  post('/events', LIST),
  post('/lines', LIST),
  post('/list', LIST),
  post('/bomb', LIST),
];
const unfinished = [
  post('/refused', gzipSync(large), [gzip], 1_000_000),
  post('/refused', brotliCompressSync(large, { params: QUALITY }), [br], 1_000_000),
  post('/refused', Buffer.alloc(900_000, '{"a":1},'), [], 1_000_000),
];

let target;
const held = [];

function send(bytes) {
  const socket = connect(Number(new URL(target).port), '127.0.0.1');
  socket.on('error', () => {}).resume();
  socket.write(bytes);
  return socket;
}

let turn = 0;
setInterval(() => {
  if (!target) return;
  turn++;
  const socket = send(finished[turn % finished.length]);
  setTimeout(() => socket.destroy(), 3_000);
  held.push(send(unfinished[turn % unfinished.length]));
  while (held.length > UNFINISHED) held.shift().destroy();
  if (turn % finished.length === 0) process.stdout.write('all\n');
}, EVERY_MS);

createInterface({ input: process.stdin }).on('line', (line) => {
  target = line;
  for (const socket of held.splice(0)) socket.destroy();
});
process.stdout.write('ready\n');
