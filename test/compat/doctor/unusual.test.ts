import { describe, expect, it } from 'vitest';
import { createAuthority } from '../../support/certificates.js';
import { startHttpServer } from '../../support/http-server.js';
import { NGINX, startNginx } from '../../support/nginx.js';
import { adminHost, children, closing, doctor, file, job, prometheus, server } from './set-up.js';

/** Unusual set-ups without a fault. */
const HEALTHY: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  'a gateway with a prefix for each server, and for Prometheus': async () => {
    const url = await prometheus(job(adminHost()), undefined, [
      '--web.route-prefix=/prom',
      '--web.external-url=http://x/prom',
    ]).catch(() => '');
    const plain = url || (await prometheus(job(adminHost())));
    const { port } = await startNginx(children, {
      server: `location /ai/notes/ { proxy_pass http://${server.mcpUrl.host}/; proxy_buffering off; } location /ai/admin/ { proxy_pass ${server.admin}/; } location /prom/ { proxy_pass ${plain}/; }`,
    });
    const base = `http://127.0.0.1:${port}`;
    return ['--url', `${base}/ai/notes/mcp`, '--admin', `${base}/ai/admin`, '--prometheus', `${base}/prom`];
  },
  'IPv6 only': async () => {
    const six = await startHttpServer({}, { GUARDED: 'yes', PMCP_METRICS_HOST: '::1' });
    closing.push(() => six.child.kill());
    const port = new URL(six.admin).port;
    const { port: front } = await startNginx(children, {
      listen: (free) => `127.0.0.1:${free}; listen [::1]:${free}`,
      server: `location / { proxy_pass http://${six.mcpUrl.host}; proxy_buffering off; }`,
    });
    const url = await prometheus(job(`[::1]:${port}`));
    return ['--url', `http://[::1]:${front}/mcp`, '--admin', `http://[::1]:${port}`, '--prometheus', url];
  },
  'HTTPS of a private authority everywhere': async () => {
    const authority = await createAuthority();
    const { key, cert } = await authority.issue('localhost');
    const files = { 'key.pem': key, 'cert.pem': cert };
    const tls = 'ssl_certificate FOLDER/cert.pem; ssl_certificate_key FOLDER/key.pem;';
    const listen = (free: number) => `127.0.0.1:${free} ssl`;
    const ca = file('private.pem', authority.cert);
    const [front, admin] = await Promise.all([
      startNginx(children, {
        listen,
        files,
        server: `${tls} location / { proxy_pass http://${server.mcpUrl.host}; proxy_buffering off; }`,
      }),
      startNginx(children, { listen, files, server: `${tls} location / { proxy_pass ${server.admin}; }` }),
    ]);
    const url = await prometheus(
      job(`127.0.0.1:${admin.port}`, `scheme: https, tls_config: { ca_file: ${ca} }`),
    );
    return [
      '--url',
      `https://127.0.0.1:${front.port}/mcp`,
      '--admin',
      `https://127.0.0.1:${admin.port}`,
      '--ca',
      ca,
      '--prometheus',
      url,
    ];
  },
  'an admin port that only Prometheus reaches': async () => {
    const url = await prometheus(job(adminHost()));
    return ['--url', String(server.mcpUrl), '--prometheus', url];
  },
  'a Prometheus with a password in its address': async () => {
    const url = await prometheus(job(adminHost()));
    const { port } = await startNginx(children, {
      files: { users: 'ann:{PLAIN}s3cretPass\n' },
      server: `auth_basic "Prometheus"; auth_basic_user_file FOLDER/users; location / { proxy_pass ${url}; }`,
    });
    return [
      '--url',
      String(server.mcpUrl),
      '--admin',
      server.admin,
      '--prometheus',
      `http://ann:s3cretPass@127.0.0.1:${port}`,
    ];
  },
};

describe.skipIf(NGINX === undefined)('the doctor with set-ups that it has no fixture of', () => {
  it.each(Object.entries(HEALTHY).map(([what, arrange]) => ({ what, arrange })))(
    'finds nothing wrong with $what',
    async ({ arrange }) => {
      const seen = await doctor(...(await arrange()));
      expect(seen.code, seen.out).toBe(0);
      expect(seen.out + seen.err).not.toContain('s3cretPass');
    },
  );
});
