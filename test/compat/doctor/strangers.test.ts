import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createObservability } from '@pmcp/observability';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handleNotes } from '../../../examples/notes/http.js';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { createAuthority } from '../../support/certificates.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { NGINX, startNginx } from '../../support/nginx.js';
import { serve } from '../../support/notes-server.js';
import { until } from '../../support/until.js';

const DOCTOR = join(import.meta.dirname, '../../../packages/doctor/dist/cli.js');
const generated = join(import.meta.dirname, '../../../alerts/generated');
const RULES = {
  'recording-rules.yaml': readFileSync(join(generated, 'recording-rules.yaml'), 'utf8'),
  'alert-rules.yaml': readFileSync(join(generated, 'alert-rules.yaml'), 'utf8'),
};
const children = new Children(() => {});
const closing: (() => unknown)[] = [];
const folder = temporaryFolder('strangers');
let server: HttpServer;
let alertmanager: string;

beforeAll(async () => {
  server = await startHttpServer({}, { GUARDED: 'yes' });
  const quiet = await serve((_, response) => void response.end());
  closing.push(quiet.close);
  alertmanager = quiet.url.host;
});
afterAll(async () => {
  server.child.kill();
  await children.stop();
  await Promise.all(closing.map((close) => close()));
});

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return join(folder, name);
}

/** As somebody types it. */
async function doctor(...flags: readonly string[]) {
  const child = spawn(process.execPath, [DOCTOR, ...flags], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const begin = performance.now();
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, out, err, first: out.split('\n')[0], seconds: (performance.now() - begin) / 1_000 };
}

function config(jobs: string, rules = "['*-rules.yaml']"): string {
  return `
global: { scrape_interval: 1s, evaluation_interval: 1s }
storage: { tsdb: { retention: { time: 35d } } }
rule_files: ${rules}
alerting: { alertmanagers: [{ static_configs: [{ targets: ["${alertmanager}"] }] }] }
scrape_configs:
${jobs}`;
}

async function prometheus(jobs: string, rules?: string, more: readonly string[] = []): Promise<string> {
  const flags = ['--scrape.discovery-reload-interval=100ms', ...more];
  const one = await Prometheus.startWith(config(jobs, rules), children.start.bind(children), {
    files: RULES,
    flags,
  });
  const isScraped = async () => {
    const { activeTargets } = await one.api<{ activeTargets: { health: string }[] }>('targets?state=active');
    return activeTargets.length > 0 && activeTargets.every(({ health }) => health !== 'unknown');
  };
  await until(isScraped, 25_000);
  if (rules === undefined)
    await until(async () => (await one.number('count(ALERTS{alertname="Watchdog"})')) === 1, 25_000);
  return one.url;
}

const job = (target: string, more = '', name = 'pmcp') =>
  `  - { job_name: ${name}, static_configs: [{ targets: ["${target}"] }] ${more && `, ${more}`} }\n`;
const adminHost = () => new URL(server.admin).host;

type Arrange = () => Promise<readonly string[]>;

/** What somebody has and asks, by what it is; with the code and the words that the first line should have. */
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

/** What is unusual, and well. */
const HEALTHY: Readonly<Record<string, Arrange>> = {
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

describe.skipIf(NGINX === undefined)('the doctor before what it has not seen before', () => {
  it.each(Object.entries(BROKEN).map(([what, [code, words, arrange]]) => ({ what, code, words, arrange })))(
    'names $what in its first line',
    async ({ code, words, arrange }) => {
      const seen = await doctor(...(await arrange()));
      expect(seen.first?.split(' ')[0], seen.out).toBe(code);
      expect(seen.first).toMatch(words);
      expect(seen.code).toBe(1);
    },
  );

  it.each(Object.entries(HEALTHY).map(([what, arrange]) => ({ what, arrange })))(
    'finds nothing wrong with $what',
    async ({ arrange }) => {
      const seen = await doctor(...(await arrange()));
      expect(seen.code, seen.out).toBe(0);
      expect(seen.out + seen.err).not.toContain('s3cretPass');
    },
  );
});
