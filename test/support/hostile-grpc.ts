import { once } from 'node:events';
import { constants, createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

type Fault = (stream: ServerHttp2Stream) => void;

const HEADERS = { ':status': 200, 'content-type': 'application/grpc' };
const HEAD_BYTES = 5;
const MEGABYTE = Buffer.alloc(1_000_000);
const BOMB = gzipSync(Buffer.alloc(100_000_000));

/** Returns a gRPC message. `length` may differ from the real length. */
function message(body: Uint8Array, isCompressed = false, length = body.length): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(isCompressed ? 1 : 0);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, body]);
}

function answer(stream: ServerHttp2Stream, body: Buffer, headers: Record<string, string> = {}): void {
  stream.respond({ ...HEADERS, ...headers }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(body);
}

const refuse = (stream: ServerHttp2Stream, status: string, headers: Record<string, string> = {}) =>
  stream.respond({ ...HEADERS, 'grpc-status': status, ...headers }, { endStream: true });

/** Sends the same bytes repeatedly, as fast as the client reads them. */
function flood(stream: ServerHttp2Stream, bytes: Buffer): void {
  const more = () => {
    while (!stream.destroyed && stream.writable && stream.write(bytes));
  };
  stream.on('drain', more);
  more();
}

function drip(stream: ServerHttp2Stream): void {
  stream.respond(HEADERS);
  const timer = setInterval(() => stream.write(Buffer.alloc(1)), 20);
  stream.once('close', () => clearInterval(timer));
}

const varint = (value: bigint): number[] =>
  value < 128n ? [Number(value)] : [Number(value % 128n) + 128, ...varint(value / 128n)];
const field = (number: number, bytes: readonly number[]) => [
  (number << 3) | 2,
  ...varint(BigInt(bytes.length)),
  ...bytes,
];

/** Returns an answer with the number of rejected items, and a reason. */
function partial(rejected: bigint, reason = ''): Buffer {
  const count = [8, ...varint(BigInt.asUintN(64, rejected))];
  return message(Buffer.from(field(1, [...count, ...field(2, [...Buffer.from(reason)])])));
}

/** Answers UNAVAILABLE, with the time after which to retry. */
function later(stream: ServerHttp2Stream, seconds: bigint): void {
  const duration = [8, ...varint(BigInt.asUintN(64, seconds))];
  const type = [...Buffer.from('type.googleapis.com/google.rpc.RetryInfo')];
  const detail = field(3, [...field(1, type), ...field(2, field(1, duration))]);
  refuse(stream, '14', { 'grpc-status-details-bin': Buffer.from(detail).toString('base64') });
}

/** Status details with very many empty fields. */
const EMPTY_FIELDS = Buffer.from(new Array(20_000).fill([26, 0]).flat()).toString('base64');

const REASON = partial(1n, 'password=hunter2 '.repeat(60_000));

/** The ways in which a receiver of OTLP over gRPC may misbehave, on purpose or not. */
export const GRPC_FAULTS: Readonly<Record<string, Fault>> = {
  'never answers': () => {},
  'sends headers and nothing more': (stream) => stream.respond(HEADERS),
  'sends a byte now and then': drip,
  'sends messages without end': (stream) => {
    stream.respond(HEADERS);
    flood(stream, message(MEGABYTE));
  },
  'sends one message of 2 GB': (stream) => {
    stream.respond(HEADERS);
    stream.write(message(Buffer.alloc(0), false, 2_000_000_000));
    flood(stream, MEGABYTE);
  },
  'announces 4 GB, and sends nothing': (stream) => {
    stream.respond(HEADERS);
    stream.write(message(Buffer.alloc(0), false, 2 ** 32 - 1));
  },
  'sends 100 MB in 100 kB of gzip': (stream) =>
    answer(stream, message(BOMB, true), { 'grpc-encoding': 'gzip' }),
  'says gzip, and it is none': (stream) =>
    answer(stream, message(Buffer.from('no'), true), { 'grpc-encoding': 'gzip' }),
  'compresses in an unknown way': (stream) =>
    answer(stream, message(Buffer.from('no'), true), { 'grpc-encoding': 'zip' }),
  'answers with a page': (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'text/html' });
    stream.end('<html>');
  },
  'answers 503 with a page': (stream) => {
    stream.respond({ ':status': 503, 'content-type': 'text/html' });
    stream.end('<html>');
  },
  'sends to somewhere else': (stream) =>
    stream.respond({ ':status': 307, location: 'http://127.0.0.1:1/' }, { endStream: true }),
  'ends without a status': (stream) => {
    stream.respond(HEADERS);
    stream.end(message(Buffer.alloc(0)));
  },
  'has a status that is no number': (stream) => refuse(stream, 'banana'),
  'has a status that does not exist': (stream) => refuse(stream, '9999'),
  'explains itself in 30 kB': (stream) =>
    refuse(stream, '13', { 'grpc-message': 'password%3Dhunter2 '.repeat(1_600) }),
  'has details of 40 kB': (stream) => refuse(stream, '14', { 'grpc-status-details-bin': EMPTY_FIELDS }),
  'has a hundred headers': (stream) => {
    const headers = Array.from({ length: 100 }, (_, i) => [`x-${i}`, 'a'.repeat(200)]);
    answer(stream, message(Buffer.alloc(0)), Object.fromEntries(headers));
  },
  'cancels the stream': (stream) => stream.close(constants.NGHTTP2_CANCEL),
  'refuses the stream': (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM),
  'asks for calm': (stream) => stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM),
  'goes away': (stream) => stream.session?.goaway(),
  'goes away before it has read anything': (stream) => stream.session?.goaway(0, 0),
  'goes away because of pings': (stream) =>
    stream.session?.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, 0, Buffer.from('too_many_pings')),
  'drops the connection': (stream) => stream.session?.destroy(),
  'is away for ten days': (stream) => later(stream, 864_000n),
  'wants to be asked again at once': (stream) => later(stream, 0n),
  'wanted to be asked before': (stream) => later(stream, -5n),
  'rejects more than it got': (stream) => answer(stream, partial(10n ** 12n)),
  'rejects fewer than none': (stream) => answer(stream, partial(-5n)),
  'rejects for a reason of 1 MB': (stream) => answer(stream, REASON),
  'answers with what is no protobuf': (stream) =>
    answer(stream, message(Buffer.from([10, 255, 255, 255, 3, 8]))),
  'answers twice': (stream) =>
    answer(stream, Buffer.concat([message(Buffer.alloc(0)), message(Buffer.alloc(0))])),
};

/** A receiver of OTLP over gRPC with a fault that tests set. Without a fault it accepts everything. */
export class HostileGrpc {
  fault: Fault | undefined;
  /** How many exports it received. */
  calls = 0;
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly server = createServer();

  private constructor() {
    this.server.on('session', (session) => {
      this.sessions.add(session);
      session.on('error', () => {}).once('close', () => this.sessions.delete(session));
    });
    this.server.on('stream', (stream) => {
      this.calls++;
      stream.on('error', () => {}).resume();
      if (this.fault === undefined) answer(stream, message(Buffer.alloc(0)));
      else this.fault(stream);
    });
  }

  static async start(): Promise<HostileGrpc> {
    const self = new HostileGrpc();
    self.server.listen(0, '127.0.0.1');
    await once(self.server, 'listening');
    return self;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Closes all connections. */
  drop(): void {
    for (const session of this.sessions) session.destroy();
  }

  stop(): void {
    this.server.close();
    this.drop();
  }
}
