import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer, request as sendTls } from 'node:https';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { createFetchHandler, type FetchHandler } from '../../../packages/observability/src/admin/fetch.js';
import { responseTo } from '../../support/response.js';
import { Admin, host } from './admin.js';

const admin = new Admin();

/** Mounts a fetch handler on a Node server, with a minimal adapter. */
function fromFetch(handle: FetchHandler): (request: IncomingMessage) => Promise<Response> {
  return ({ method = '', url, headers }) =>
    handle(
      new Request(`http://${headers.host}${url}`, { method, headers: headers as Record<string, string> }),
    );
}

describe('the Node handler', () => {
  it('can be the only handler of a server', async () => {
    await admin.serve(createServer(admin.handler));
    expect((await admin.get('/health/ready')).status).toBe(200);
    expect((await admin.get('/else')).status).toBe(404);
  });

  it('passes unknown paths on to the application', async () => {
    await admin.serve(
      createServer((request, response) => admin.handler(request, response, () => response.end('app'))),
    );
    expect((await admin.get('/health/ready')).status).toBe(200);
    expect((await admin.get('/else')).body.toString()).toBe('app');
  });

  it('is a middleware of Express, also below a path', async () => {
    const app = express();
    app.use(admin.handler);
    app.use('/internal', admin.handler);
    app.get('/else', (_, response) => void response.send('app'));
    await admin.serve(createServer(app));
    expect((await admin.get('/metrics')).body.toString()).toContain('large_total');
    expect((await admin.get('/internal/health/live/?x')).status).toBe(200);
    expect((await admin.get('/else')).body.toString()).toBe('app');
    expect((await admin.get('/internal/else')).status).toBe(404);
  });

  it('sends strict-transport-security if it is served over TLS', async () => {
    // A pre-shared key needs no certificates.
    const tls = { ciphers: 'PSK', maxVersion: 'TLSv1.2' as const };
    const psk = Buffer.from('shared');
    await admin.serve(
      createTlsServer({ ...tls, pskCallback: () => psk }, admin.handler) as unknown as Server,
    );
    const pskCallback = () => ({ psk, identity: 'tester' });
    const options = {
      host,
      port: admin.port,
      path: '/metrics',
      ...tls,
      pskCallback,
      checkServerIdentity: () => undefined,
    };
    const response = await responseTo(sendTls(options).end());
    expect(await text(response)).toContain('large_total');
    expect(response.headers['strict-transport-security']).toBe('max-age=31536000');
  });
});

describe('the fetch handler', () => {
  it('can be the only handler of a Node server', async () => {
    admin.grow();
    const handle = fromFetch(createFetchHandler(admin.routes));
    await admin.serve(
      createServer(async (request, response) => {
        const { status, headers, body } = await handle(request);
        response.writeHead(status, Object.fromEntries(headers));
        await pipeline(body ? Readable.fromWeb(body as never) : [], response).catch(() => {});
      }),
    );
    const zipped = await admin.get('/metrics', { headers: { 'accept-encoding': 'gzip' } });
    expect(gunzipSync(zipped.body).equals((await admin.get('/metrics')).body)).toBe(true);
    expect((await admin.get('/health/live')).status).toBe(200);
    expect((await admin.get('/else')).status).toBe(404);
  });

  it('can be a route of Express', async () => {
    const handle = fromFetch(createFetchHandler(admin.routes));
    const app = express();
    app.get('/health{/*rest}', async (request, response) => {
      const answer = await handle(request);
      response.status(answer.status).send(await answer.text());
    });
    await admin.serve(createServer(app));
    expect(JSON.parse((await admin.get('/health/ready')).body.toString())).toMatchObject({ status: 'ready' });
  });
});
