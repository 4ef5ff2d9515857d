import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Http } from '../../../dashboards/publish/http.js';
import { settings } from '../../../dashboards/publish/settings.js';

const folder = mkdtempSync(join(tmpdir(), 'pmcp-tls-'));
const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];

/** Makes a certificate for 127.0.0.1 that no authority has signed. */
function certify(): void {
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', cert];
  execFileSync('openssl', [...args, ...names], { stdio: 'ignore' });
}

certify();
const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
  response.end('{}');
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

function send(env: Record<string, string>) {
  const { port } = server.address() as AddressInfo;
  const url = `https://127.0.0.1:${port}`;
  const given = settings({ GRAFANA_URL: url, GRAFANA_TOKEN: 'secret', ...env }, [])!;
  return new Http({ ...given, backoffMs: 1 }).send('GET', 'api/health');
}

describe('a Grafana with a self-signed certificate', () => {
  it('is not trusted', async () => {
    await expect(send({})).rejects.toThrow(/self-signed certificate/);
  });

  it('is trusted when its certificate is given', async () => {
    expect(await send({ GRAFANA_CA_FILE: cert })).toMatchObject({ status: 200 });
  });

  it('is trusted when verification is turned off', async () => {
    expect(await send({ GRAFANA_TLS_INSECURE: 'true' })).toMatchObject({ status: 200 });
  });
});
