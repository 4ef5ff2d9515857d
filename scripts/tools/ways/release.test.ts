import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ChecksumError } from '../checksums.js';
import { fakeProgram, temporaryFolder } from '../fakes.js';
import type { Workplace } from '../install.js';
import { releaseWay } from './release.js';

const platform = 'linux-amd64';
const answerMs = 1_000;
const offer = { way: 'release', product: 'prometheus', version: '3.15.0' } as const;
const ARCHIVE_PATH = '/prometheus/releases/download/v3.15.0/prometheus-3.15.0.linux-amd64.tar.gz';

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Makes an archive with the layout of the official ones. */
async function archive(): Promise<Buffer> {
  const folder = await temporaryFolder();
  const name = `prometheus-3.15.0.${platform}`;
  await fakeProgram(join(folder, name), 'prometheus', 'prometheus, version 3.15.0 (x)');
  await fakeProgram(join(folder, name), 'promtool', 'promtool, version 3.15.0 (x)');
  await fakeProgram(join(folder, name), 'LICENSE', 'permission is granted');
  await promisify(execFile)('tar', ['-czf', join(folder, 'a.tar.gz'), '-C', folder, name]);
  return readFile(join(folder, 'a.tar.gz'));
}

async function workplace(): Promise<Workplace> {
  const scratch = await temporaryFolder();
  await mkdir(join(scratch, 'programs'));
  return { scratch, programs: join(scratch, 'programs') };
}

function download(baseUrl: string, sha256: string, place: Workplace): Promise<void> {
  const checksums = { 'prometheus-3.15.0': { [platform]: sha256 } };
  return releaseWay({ baseUrl, checksums, platform, answerMs })(offer, place, () => undefined);
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('an official release', () => {
  it('is unpacked, only its programs, when its checksum is right', async () => {
    const bytes = await archive();
    const baseUrl = await serve((request, response) => {
      response.writeHead(request.url === ARCHIVE_PATH ? 200 : 404).end(bytes);
    });
    const place = await workplace();
    await download(baseUrl, sha256(bytes), place);
    expect((await readdir(place.programs)).sort()).toEqual(['prometheus', 'promtool']);
  });

  it('is rejected, and not unpacked, when its checksum is wrong', async () => {
    const bytes = await archive();
    const baseUrl = await serve((_, response) => response.end(bytes));
    const place = await workplace();
    const pinned = '0'.repeat(64);
    const attempt = download(baseUrl, pinned, place);
    await expect(attempt).rejects.toThrow(ChecksumError);
    await expect(attempt).rejects.toThrow(`to have the SHA-256 ${pinned}, got ${sha256(bytes)}`);
    expect(await readdir(place.programs)).toEqual([]);
  });

  it('is not downloaded without a pinned checksum', async () => {
    const way = releaseWay({ baseUrl: 'http://127.0.0.1:1', checksums: {}, platform: 'sunos-x64', answerMs });
    const attempt = way(offer, await workplace(), () => undefined);
    await expect(attempt).rejects.toThrow('no checksum is pinned for sunos-x64');
  });

  it('is not available if the server does not have it', async () => {
    const baseUrl = await serve((_, response) => response.writeHead(404).end());
    const attempt = download(baseUrl, '', await workplace());
    await expect(attempt).rejects.toThrow(`${new URL(baseUrl).host} answered 404`);
  });

  it('is not available if the server cannot be reached', async () => {
    const baseUrl = await serve(() => undefined);
    const { host, port } = new URL(baseUrl);
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port: free } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const attempt = download(baseUrl.replace(port, `${free}`), '', await workplace());
    await expect(attempt).rejects.toThrow(`can't reach ${host.replace(port, `${free}`)} (ECONNREFUSED)`);
  });

  it('is given up if the server does not answer', async () => {
    const baseUrl = await serve(() => undefined);
    const attempt = download(baseUrl, '', await workplace());
    await expect(attempt).rejects.toThrow(`${new URL(baseUrl).host} did not answer within 1 s`);
  });

  it('is given up if the connection breaks in the middle', async () => {
    const baseUrl = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('some');
      setTimeout(() => response.destroy(), 20);
    });
    const attempt = download(baseUrl, '', await workplace());
    await expect(attempt).rejects.toThrow(/terminated|can't reach/);
  });
});
