import { networkInterfaces } from 'node:os';
import { createObservability } from '@pmcp/observability';
import { describe, expect, it } from 'vitest';
import { handleNotes } from '../../../examples/notes/http.js';
import { createAuthority } from '../../support/certificates.js';
import { NGINX, startNginx } from '../../support/nginx.js';
import { serve } from '../../support/notes-server.js';
import { adminHost, children, closing, doctor, file, job, prometheus, server } from './set-up.js';

type Arrange = () => Promise<readonly string[]>;

/** Faulty set-ups and the flags to check them, with the code and the words that the first line should have. */
const BROKEN: Readonly<Record<string, readonly [code: string, words: RegExp, Arrange]>> = {
  'a gateway that knows the server by another path': [
    'PMCP-D002',
    /404/,
    async () => {
      const { port } = await startNginx(children, {
        server: `location /api/mcp { proxy_pass ${server.mcpUrl}; } location / { return 404; }`,
      });
      return ['--url', `http://127.0.0.1:${port}/mcp`, '--admin', server.admin];
    },
  ],
  'a proxy that removes the header Authorization': [
    'PMCP-D002',
    /401.*token|token.*401/i,
    async () => {
      const observability = createObservability({ metrics: { port: 0 }, log: { level: 'silent' } });
      const { port: admin } = (await observability.listen())!;
      const handle = handleNotes(observability);
      const guarded = await serve((request, response) =>
        request.headers.authorization === 'Bearer right-token-1'
          ? handle(request, response)
          : void response.writeHead(401, { 'www-authenticate': 'Bearer' }).end(),
      );
      closing.push(guarded.close, observability.shutdown);
      const { port } = await startNginx(children, {
        server: `location / { proxy_pass ${guarded.url}; proxy_set_header Authorization ""; }`,
      });
      return [
        '--url',
        `http://127.0.0.1:${port}/mcp`,
        '--admin',
        `http://127.0.0.1:${admin}`,
        '--token-file',
        `url=${file('right', 'right-token-1')}`,
      ];
    },
  ],
  'a scrape over HTTPS of an authority that Prometheus does not know': [
    'PMCP-D102',
    /TLS/,
    async () => {
      const authority = await createAuthority();
      const { key, cert } = await authority.issue('localhost');
      const { port } = await startNginx(children, {
        listen: (free) => `127.0.0.1:${free} ssl`,
        files: { 'key.pem': key, 'cert.pem': cert },
        server: `ssl_certificate FOLDER/cert.pem; ssl_certificate_key FOLDER/key.pem; location / { proxy_pass ${server.admin}; }`,
      });
      const url = await prometheus(job(`127.0.0.1:${port}`, 'scheme: https'));
      return [
        '--url',
        String(server.mcpUrl),
        '--admin',
        `https://127.0.0.1:${port}`,
        '--ca',
        file('ca.pem', authority.cert),
        '--prometheus',
        url,
      ];
    },
  ],
  'a job whose name no rule asks for': [
    'PMCP-D117',
    /job/,
    async () => {
      const url = await prometheus(job(adminHost(), '', 'my-mcp-servers'));
      return ['--url', String(server.mcpUrl), '--admin', server.admin, '--prometheus', url];
    },
  ],
  'labels that a job drops': [
    'PMCP-D103',
    /method/,
    async () => {
      const url = await prometheus(
        job(adminHost(), 'metric_relabel_configs: [{ regex: method|name|outcome, action: labeldrop }]'),
      );
      return ['--url', String(server.mcpUrl), '--admin', server.admin, '--prometheus', url];
    },
  ],
  'rule files whose names do not fit the glob': [
    'PMCP-D104',
    /rules\/\*\.yml/,
    async () => {
      const url = await prometheus(job(adminHost()), "['rules/*.yml']");
      return ['--url', String(server.mcpUrl), '--admin', server.admin, '--prometheus', url];
    },
  ],
  'an admin port on loopback that Prometheus asks from elsewhere': [
    'PMCP-D102',
    /nobody listens/,
    async () => {
      const address = Object.values(networkInterfaces())
        .flat()
        .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
      const url = await prometheus(job(`${address}:${new URL(server.admin).port}`));
      return ['--url', String(server.mcpUrl), '--admin', server.admin, '--prometheus', url];
    },
  ],
  'the address of Alertmanager, or of whatever else, as that of Prometheus': [
    'PMCP-D100',
    /404|JSON/,
    async () => {
      const other = await serve((_, response) => void response.writeHead(404).end('404 page not found'));
      closing.push(other.close);
      return ['--prometheus', String(other.url)];
    },
  ],
  'a server that takes no host but localhost, behind a proxy': [
    'PMCP-D002',
    /403|421|[Hh]ost/,
    async () => {
      const observability = createObservability({ metrics: { port: 0 }, log: { level: 'silent' } });
      const { port: admin } = (await observability.listen())!;
      const handle = handleNotes(observability);
      const strict = await serve((request, response) =>
        request.headers.host?.startsWith('127.0.0.1')
          ? handle(request, response)
          : void response.writeHead(403).end('Invalid Host: mcp.internal'),
      );
      closing.push(strict.close, observability.shutdown);
      const { port } = await startNginx(children, {
        server: `location / { proxy_pass ${strict.url}; proxy_set_header Host mcp.internal; }`,
      });
      return ['--url', `http://127.0.0.1:${port}/mcp`, '--admin', `http://127.0.0.1:${admin}`];
    },
  ],
  'a Prometheus behind a password that nobody gave': [
    'PMCP-D100',
    /401/,
    async () => {
      const url = await prometheus(job(adminHost()));
      const { port } = await startNginx(children, {
        files: { users: 'ann:{PLAIN}s3cretPass\n' },
        server: `auth_basic "Prometheus"; auth_basic_user_file FOLDER/users; location / { proxy_pass ${url}; }`,
      });
      return ['--prometheus', `http://127.0.0.1:${port}`];
    },
  ],
  'the address of clients, where the metrics are asked for too': [
    'PMCP-D102',
    /page|path|404/,
    async () => {
      const url = await prometheus(job(server.mcpUrl.host));
      return ['--url', String(server.mcpUrl), '--admin', server.admin, '--prometheus', url];
    },
  ],
};

describe.skipIf(NGINX === undefined)('the doctor with set-ups that it has no fixture of', () => {
  it.each(Object.entries(BROKEN).map(([what, [code, words, arrange]]) => ({ what, code, words, arrange })))(
    'names $what in its first line',
    async ({ code, words, arrange }) => {
      const seen = await doctor(...(await arrange()));
      expect(seen.first?.split(' ')[0], seen.out).toBe(code);
      expect(seen.first).toMatch(words);
      expect(seen.code).toBe(1);
    },
  );
});
