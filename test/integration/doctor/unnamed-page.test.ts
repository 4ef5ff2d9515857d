import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Children } from '../../../scripts/start/children.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { createAuthority } from '../../support/certificates.js';
import { diagnosis, examined } from '../../support/doctor.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { serve } from '../../support/notes-server.js';
import { answering, type Change, pass } from '../../support/passing.js';
import { Reloaded } from '../../support/reloaded.js';
import { RULES, ruled } from '../../support/shipped-rules.js';

const DAY_MS = 86_400_000;

let server: HttpServer;
let other: HttpServer;
let alertmanager: Awaited<ReturnType<typeof serve>>;
/** It answers anything with a web page. */
let web: Awaited<ReturnType<typeof serve>>;
/** The admin port behind a certificate that ended yesterday. */
let expired: Awaited<ReturnType<typeof pass>>;
let changing: Reloaded;
const folder = temporaryFolder('doctor');
const children = new Children(() => {});

beforeAll(async () => {
  const authority = await createAuthority();
  writeFileSync(join(folder, 'ca.pem'), authority.cert);
  [server, other, alertmanager, web] = await Promise.all([
    startHttpServer({}, { GUARDED: 'yes' }),
    startHttpServer({}, { GUARDED: 'yes' }),
    serve((_, response) => void response.end()),
    serve((_, response) => void response.setHeader('content-type', 'text/html').end('<h1>Shop</h1>')),
  ]);
  const ended = {
    notBeforeDate: new Date(Date.now() - 9 * DAY_MS),
    notAfterDate: new Date(Date.now() - DAY_MS),
  };
  const tls = await authority.issue('localhost', ended);
  expired = await pass(new URL(server.admin), { tls });
  changing = await Reloaded.start(scraping(server.admin, other.admin), children.start.bind(children));
});
afterAll(async () => {
  await children.stop();
  for (const { child } of [server, other]) child.kill();
  await Promise.all([alertmanager, web, expired].map((one) => one.close()));
});

/** One that scrapes these addresses. */
function scraping(...addresses: readonly string[]) {
  const hosts = addresses.map((address) => `"${new URL(address).host}"`);
  const isSecure = addresses.some((address) => address.startsWith('https:'));
  const tls = `, scheme: https, tls_config: { ca_file: ${join(folder, 'ca.pem')}, server_name: localhost }`;
  const job = `  - { job_name: pmcp, static_configs: [{ targets: [${hosts}] }]${isSecure ? tls : ''} }\n`;
  return { config: ruled(alertmanager.url.host, job), files: RULES };
}

describe('the doctor that is told of a server and a Prometheus, and of no metrics page', () => {
  it('finds the page of this server among the targets, and nothing wrong', async () => {
    const prometheus = await changing.take(scraping(server.admin, other.admin));
    const results = await examined({ url: server.mcpUrl, prometheus });
    const told = results.filter(({ outcome }) => outcome.kind === 'found' || outcome.kind === 'unknown');
    expect(told).toEqual([]);
    const passed = results.filter(({ outcome }) => outcome.kind === 'passed').map(({ check }) => check.code);
    expect(passed).toEqual(expect.arrayContaining(['PMCP-D011', 'PMCP-D012', 'PMCP-D103']));
  });

  it('says that it can not tell, and what helps, where the time is too short for the next scrape', async () => {
    const prometheus = await changing.take(scraping(server.admin, other.admin));
    const change: Change = (said, path) =>
      answering('sum by (job, instance) (pmcp_connections_total', [])(
        said.replaceAll('"scrapeInterval":"1s"', '"scrapeInterval":"10s"'),
        path,
      );
    const slow = await pass(prometheus, { change });
    const found = await diagnosis({ url: server.mcpUrl, prometheus: slow.url, timeout: 20 });
    expect(found).toEqual({
      'PMCP-D010': [expect.stringMatching(/^can't be told: .*scraped every 10 s, .*--admin .*--timeout 26/)],
    });
    await slow.close();
  });

  it('finds nothing wrong where the page of one copy is named, and the call gets to another', async () => {
    const prometheus = await changing.take(scraping(server.admin, other.admin));
    expect(await diagnosis({ url: server.mcpUrl, admin: new URL(other.admin), prometheus })).toEqual({});
  });

  it('says PMCP-D012 where the call gets to a server that Prometheus does not have beside the named one', async () => {
    const prometheus = await changing.take(scraping(other.admin));
    expect(await diagnosis({ url: server.mcpUrl, admin: new URL(other.admin), prometheus })).toEqual({
      'PMCP-D012': [
        expect.stringMatching(/^a call of tools\/list was answered, and pmcp_requests_total .* stayed at /),
      ],
    });
  });

  it('says PMCP-D002 alone where no client gets in, by whose connection the page would be found', async () => {
    const prometheus = await changing.take(scraping(server.admin, other.admin));
    const url = new URL('/mcp', web.url);
    expect(Object.keys(await diagnosis({ url, prometheus }))).toEqual(['PMCP-D002']);
  });

  it.each<readonly [string, () => string, RegExp]>([
    ['gets a web page', () => web.url.href, /can't scrape http.*: what it answers is no metrics page/],
    ['gets an old certificate', () => expired.url.href, /can't scrape https.*: TLS fails .*expired/],
  ])('says PMCP-D102 and why where Prometheus %s', async (_, target, told) => {
    const prometheus = await changing.take(scraping(target()));
    expect(await diagnosis({ url: server.mcpUrl, prometheus })).toEqual({
      'PMCP-D102': [expect.stringMatching(told)],
    });
  });
});
