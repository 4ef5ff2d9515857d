import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tapAnswer } from './answer.js';
import { type Source, tap } from './incoming.js';
import { tapStdin } from './stdin.js';

type Read = (stream: Readable) => Promise<Buffer>;

/** The ways in which an application reads a stream. */
const READS: Readonly<Record<string, Read>> = {
  'by its data events': async (stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    await once(stream, 'end');
    return Buffer.concat(chunks);
  },
  'a few bytes at a time': async (stream) => {
    const chunks: Buffer[] = [];
    stream.on('readable', () => {
      for (let chunk = stream.read(7) ?? stream.read(); chunk; chunk = stream.read(7) ?? stream.read())
        chunks.push(chunk);
    });
    await once(stream, 'end');
    return Buffer.concat(chunks);
  },
  'as an iterator': async (stream) => buffer(stream),
  'as text': async (stream) => {
    stream.setEncoding('latin1');
    let text = '';
    for await (const chunk of stream) text += chunk;
    return Buffer.from(text, 'latin1');
  },
  'into a pipe': async (stream) => buffer(stream.pipe(new PassThrough())),
  'as a web stream': async (stream) => buffer(Readable.toWeb(stream) as never),
  'looking at the first bytes, which it puts back': async (stream) => {
    await once(stream, 'readable');
    stream.unshift(stream.read());
    return buffer(stream);
  },
};

/** The ways in which an application writes an answer. */
const WRITES: Readonly<Record<string, (response: ServerResponse, body: Buffer) => void>> = {
  'at once': (response, body) => response.end(body),
  'in parts, and ends with none': (response, body) => {
    for (let at = 0; at < body.length; at += 1_000) response.write(body.subarray(at, at + 1_000));
    response.end();
  },
  'as text in another encoding': (response, body) => response.end(body.toString('latin1'), 'latin1'),
  'after a head that it flushes': (response, body) => {
    response.flushHeaders();
    response.write(body, () => response.end());
  },
  'by a pipe': (response, body) => void Readable.from([body]).pipe(response),
  'into bytes that it uses again': (response, body) => {
    const bytes = Buffer.from(body);
    response.write(bytes, () => {
      bytes.fill(0);
      response.end();
    });
  },
};

interface Heard {
  request: Buffer[];
  answer: Buffer[];
  status: number | undefined;
  type: string | undefined;
}

let heard: Heard;
let serve: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => {
  heard = { request: [], answer: [], status: undefined, type: undefined };
  const { request: asked, answer } = heard;
  tap(request as unknown as Source, (chunk) => chunk && asked.push(Buffer.from(chunk)));
  tapAnswer(response, {
    head: (status, { 'content-type': type }) => Object.assign(heard, { status, type }),
    chunk: (bytes) => answer.push(bytes),
  });
  serve(request, response);
});
let url: string;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

async function asked(body: Buffer): Promise<Buffer> {
  const response = await fetch(url, { method: 'POST', body: new Uint8Array(body) });
  return Buffer.from(await response.arrayBuffer());
}

describe('a request and its answer at the edge of the process', () => {
  it.each(Object.entries(READS))('are the same for an application that reads by %s', async (_, read) => {
    const body = randomBytes(1 + randomInt(200_000));
    let got: Buffer | undefined;
    serve = (request, response) =>
      void read(request).then((bytes) => {
        got = bytes;
        response.end();
      });
    await asked(body);
    expect([got?.equals(body), Buffer.concat(heard.request).equals(body)]).toEqual([true, true]);
  });

  it.each(Object.entries(WRITES))('are the same for an application that writes by %s', async (_, write) => {
    const body = randomBytes(1 + randomInt(200_000));
    serve = (request, response) => {
      request.resume();
      response.setHeader('Content-Type', 'x/y');
      write(response, body);
    };
    expect((await asked(body)).equals(body)).toBe(true);
    expect(Buffer.concat(heard.answer).equals(body)).toBe(true);
    expect(heard).toMatchObject({ status: 200, type: 'x/y' });
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['an object', (response) => response.writeHead(201, { 'content-TYPE': 'x/y' })],
    ['a list, after words', (response) => response.writeHead(201, 'so be it', ['Content-Type', 'x/y'])],
    [
      'what was set before',
      (response) => {
        response.statusCode = 201;
        response.setHeader('content-type', 'x/y');
      },
    ],
  ])('include the head, written as %s', async (_, head) => {
    serve = (_request, response) => {
      head(response);
      response.end('text');
    };
    await asked(Buffer.from('x'));
    expect(heard).toMatchObject({ status: 201, type: 'x/y' });
  });

  it('are observed as sent if other code compresses the answer', async () => {
    serve = (request, response) => {
      request.resume();
      response.setHeader('content-encoding', 'gzip');
      const gzip = createGzip();
      gzip.pipe(response);
      gzip.end('plain text');
    };
    expect((await asked(Buffer.from('x'))).toString()).toBe('plain text');
    expect(Buffer.concat(heard.answer).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
  });
});

describe('stdin', () => {
  it('is not created before the application uses it, and is unchanged once nothing listens', async () => {
    const original = Object.getOwnPropertyDescriptor(process, 'stdin')!;
    const stdin = new PassThrough();
    let made = 0;
    const get = () => {
      made++;
      return stdin;
    };
    const stub = { configurable: true, enumerable: true, get };
    Object.defineProperty(process, 'stdin', stub);
    try {
      const came: string[] = [];
      const end = tapStdin((chunk) => came.push(chunk ? Buffer.from(chunk).toString() : 'end'));
      expect(made).toBe(0);
      expect(process.stdin).toBe(stdin);
      stdin.end('words');
      expect((await buffer(process.stdin)).toString()).toBe('words');
      expect(came).toEqual(['words', 'end']);
      end();
      expect(Object.getOwnPropertyDescriptor(process, 'stdin')?.get).toBe(get);
    } finally {
      Object.defineProperty(process, 'stdin', original);
    }
  });
});
