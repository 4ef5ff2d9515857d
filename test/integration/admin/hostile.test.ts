import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { createObservability, type Observability } from '@pmcp/observability';
import bcrypt from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, type KeyPair } from '../../support/certificates.js';
import { Random } from '../../support/random.js';
import { responseTo } from '../../support/response.js';
import { until } from '../../support/until.js';

const host = '127.0.0.1';
const PASSWORD = 'right horse';

let folder: string;
let authority: Authority;
let pair: KeyPair;
let toolkit: Observability;
let port: number;
const log: string[] = [];
const agent = new Agent({ keepAlive: true });

/** Uses TLS, and one user whose password takes a while to compare. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'admin-hostile-'));
  authority = await createAuthority();
  pair = await authority.issue('localhost');
  await Promise.all([write('tls.crt', pair.cert), write('tls.key', pair.key)]);
  await write(
    'web.yml',
    `tls_server_config: { cert_file: tls.crt, key_file: tls.key }\nbasic_auth_users: { prometheus: "${bcrypt.hashSync(PASSWORD, 10)}" }\n`,
  );
  const destination = new PassThrough().on('data', (chunk: Buffer) => log.push(chunk.toString()));
  toolkit = createObservability({
    metrics: { port: 0, host, runtime: false, webConfigFile: join(folder, 'web.yml') },
    shutdown: { onSigterm: false },
    log: { destination },
  });
  port = (await toolkit.listen())?.port ?? 0;
  expect(await ask(PASSWORD)).toBe(200);
});

afterAll(async () => {
  agent.destroy();
  await toolkit.shutdown();
  await rm(folder, { recursive: true });
});

const write = (name: string, content: string) => writeFile(join(folder, name), content);

/** @returns the status, or 0 without an answer */
async function ask(password: string, from: object = { agent }, headers: object = {}): Promise<number> {
  const authorization = `Basic ${Buffer.from(`prometheus:${password}`).toString('base64')}`;
  const sent = request({
    host,
    port,
    path: '/metrics',
    ca: authority.cert,
    headers: { authorization, ...headers },
    ...from,
  });
  sent.end();
  try {
    const response = await responseTo(sent);
    await text(response);
    return response.statusCode ?? 0;
  } catch {
    return 0;
  }
}

describe('guessed passwords', () => {
  it('are compared one at a time while twenty addresses guess, and the right password is accepted meanwhile', async () => {
    let compared = 0;
    const guesses = Array.from({ length: 120 }, async (_, i) => {
      const status = await ask(`wrong ${i}`, { agent: false, localAddress: `127.0.0.${2 + (i % 20)}` });
      if (status === 401) compared++;
      return status;
    });
    for (let right = 0; right < 3; right++) {
      const before = compared;
      expect(await ask(PASSWORD)).toBe(200);
      // Those that waited already, and one or two more.
      expect(compared - before).toBeLessThanOrEqual(10);
    }
    expect(new Set(await Promise.all(guesses))).toEqual(new Set([401, 429]));
    // One password is compared at a time while eight wait; the others get 429.
    expect(compared).toBeLessThanOrEqual(60);
  });
});

describe('a process with its own execArgv flags', () => {
  const program = `
    import { createObservability } from '@pmcp/observability';
    const toolkit = createObservability({ shutdown: { onSigterm: false } });
    const { port } = await toolkit.listen();
    const ask = async (password) => {
      const authorization = 'Basic ' + Buffer.from('prometheus:' + password).toString('base64');
      return (await fetch('http://127.0.0.1:' + port + '/metrics', { headers: { authorization } })).status;
    };
    process.stdout.write([await ask('wrong'), await ask('${PASSWORD}')].join());
    process.exit();`;

  it.each([
    ['its program is of modules', ['--input-type=module', '-e', program]],
    ['it watches itself', ['--import', '@pmcp/observability/register', '--input-type=module', '-e', program]],
  ])('compares passwords: %s', async (_, args) => {
    const file = join(folder, 'plain.yml');
    await writeFile(file, `basic_auth_users: { prometheus: "${bcrypt.hashSync(PASSWORD, 6)}" }\n`);
    const env = {
      ...process.env,
      PMCP_METRICS_PORT: '0',
      PMCP_METRICS_HOST: host,
      PMCP_METRICS_WEB_CONFIG: file,
    };
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    expect(await text(child.stdout)).toBe('401,200');
  });
});

describe('too many headers', () => {
  it.each([
    ['one of 64 kB', { 'x-long': 'a'.repeat(65_536) }],
    ['a thousand', Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`x-${i}`, 'a'.repeat(20)]))],
  ])('end only their own connection: %s', async (_, headers) => {
    expect([0, 400, 431]).toContain(await ask(PASSWORD, { agent: false }, headers));
    expect(await ask(PASSWORD)).toBe(200);
  });
});

describe('a connection without a complete TLS handshake', () => {
  it('blocks no other client, and is closed after a few seconds', async () => {
    const random = new Random(3);
    const hello = Buffer.from('16030100f5010000f10303', 'hex');
    const sockets: Socket[] = Array.from({ length: 400 }, (_, i) => {
      const socket = connectTcp(port, host).on('error', () => {});
      if (i % 4 === 1) socket.write(hello);
      if (i % 4 === 2) socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
      if (i % 4 === 3) socket.write(random.bytes(300));
      return socket.resume();
    });
    expect(await ask(PASSWORD, { agent: false })).toBe(200);
    await until(() => sockets.every(({ destroyed, readableEnded }) => destroyed || readableEnded));
    expect(await ask(PASSWORD, { agent: false })).toBe(200);
  });

  it('may renegotiate only a few times', async () => {
    const socket = connectTls({
      host,
      port,
      ca: authority.cert,
      servername: 'localhost',
      maxVersion: 'TLSv1.2',
    });
    await once(socket, 'secureConnect');
    socket.on('error', () => {});
    let renewed = 0;
    const again = () => {
      if (renewed < 50 && !socket.destroyed) {
        socket.renegotiate({}, (error) => {
          if (error) return;
          renewed++;
          again();
        });
      }
    };
    again();
    await until(() => renewed > 1);
    expect(await ask(PASSWORD, { agent: false })).toBe(200);
    expect(renewed).toBeLessThan(10);
    socket.destroy();
  });
});

describe('a port that is closing', () => {
  it('does not wait for a client that never sent anything', async () => {
    const other = createObservability({
      metrics: { port: 0, host, runtime: false, webConfigFile: join(folder, 'web.yml') },
      shutdown: { onSigterm: false },
      log: { level: 'silent' },
    });
    const address = await other.listen();
    const silent = connectTcp(address?.port ?? 0, host)
      .on('error', () => {})
      .resume();
    await once(silent, 'connect');
    await other.shutdown();
    await until(() => silent.destroyed);
  });
});

describe('a certificate and a key that do not match', () => {
  it.each([
    ['half of a certificate', () => write('tls.crt', pair.cert.slice(0, pair.cert.length / 2))],
    ['half of a key', () => write('tls.key', pair.key.slice(0, pair.key.length / 2))],
    ['an empty key', () => write('tls.key', '')],
    ['an empty certificate', () => write('tls.crt', '')],
    ["another's key", async () => write('tls.key', (await authority.issue('localhost')).key)],
    ['bytes', () => write('tls.crt', '\u0000\uffff'.repeat(1_000))],
    ['half of the configuration', () => write('web.yml', 'tls_server_config: { cert_file: tls')],
  ])('leave the port unchanged: %s', async (_, spoil) => {
    const files = ['tls.crt', 'tls.key', 'web.yml'].map((name) => join(folder, name));
    const before = await Promise.all(files.map((path) => readFile(path, 'utf8')));
    const warned = () => log.join('').split('what was read before holds on').length;
    const count = warned();
    await spoil();
    await until(async () => {
      expect(await ask(PASSWORD, { agent: false })).toBe(200);
      return warned() > count;
    });
    await Promise.all(files.map((path, i) => writeFile(path, before[i]!)));
    expect(await ask(PASSWORD, { agent: false })).toBe(200);
  });
});

describe('an invalid file for the client authority', () => {
  it.each([
    ['empty', ''],
    ['white space', '\n\n'],
    ['half of a certificate', undefined],
  ])('admits no client that the previous file did not: %s', async (_, content) => {
    const client = await authority.issue('prometheus');
    const files = {
      certFile: join(folder, 'own.crt'),
      keyFile: join(folder, 'own.key'),
      clientCaFile: join(folder, 'ca.crt'),
    };
    await Promise.all([
      write('own.crt', pair.cert),
      write('own.key', pair.key),
      write('ca.crt', authority.cert),
    ]);
    const other = createObservability({
      metrics: { port: 0, host, runtime: false, tls: files },
      shutdown: { onSigterm: false },
      log: { level: 'silent' },
    });
    const own = (await other.listen())?.port ?? 0;
    const asked = (options: object) => {
      const sent = request({
        host,
        port: own,
        path: '/metrics',
        ca: authority.cert,
        agent: false,
        ...options,
      }).end();
      return responseTo(sent).then(
        (response) => response.resume().statusCode,
        () => 0,
      );
    };
    expect([await asked(client), await asked({})]).toEqual([200, 403]);
    await write('ca.crt', content ?? authority.cert.slice(0, 200));
    expect([await asked(client), await asked({})]).toEqual([200, 403]);
    await other.shutdown();
  });
});
