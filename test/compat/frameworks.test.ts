import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/free-port.js';
import { until } from '../support/until.js';
import { type Framework, frameworks, RUNTIMES } from './frameworks.js';
import { Project } from './project.js';
import { Results } from './results.js';
import { Served, type Wiring } from './served.js';
import { type Visit, vanish, visit } from './shopper.js';

const SERVERS = 'test/compat/servers';
const VISITS = 2;

let tarballs: Project;
let served: Served | undefined;
const results = new Results();
beforeAll(async () => {
  tarballs = await Project.create();
});
afterEach(() => served?.stop());
afterAll(async () => {
  await tarballs.remove();
  await results.write();
});

async function start(framework: Framework, { folder }: Project, port: number, wiring: Wiring) {
  const { server, runtime, command = [...runnerOf(runtime, wiring), server] } = framework;
  served = await Served.start(folder, command, port, wiring);
  return served;
}

const runnerOf = (runtime: Framework['runtime'], wiring: Wiring) =>
  runtime === undefined ? ['node'] : RUNTIMES[runtime](wiring === 'register');

const at = (port: number) => new URL(`http://127.0.0.1:${port}/mcp`);

/** Lets clients visit one after the other. */
async function visited({ era = '2025' }: Framework, port: number): Promise<Visit[]> {
  const visits: Visit[] = [];
  for (let i = 0; i < VISITS; i++) visits.push(await visit(at(port), era));
  return visits;
}

describe.each(frameworks)('$title', (framework) => {
  let project: Project;
  let port: number;
  let bare: Visit[];
  beforeAll(async () => {
    port = await freePort();
    project = await Project.create(tarballs);
    await project.install([...framework.packages, ...(framework.node ? [framework.node] : [])]);
    await project.copy(SERVERS, '.');
    // A program of several files belongs in the root folder.
    if (!framework.server.includes('.')) await project.copy(join(SERVERS, framework.server), '.');
    if (framework.build) {
      const [program = '', ...args] = framework.build;
      await project.run(program, args, { PORT: `${port}` });
    }
    await start(framework, project, port, 'bare');
    bare = await visited(framework, port);
    await served?.stop();
  });
  afterAll(() => project?.remove());
  beforeEach(async () => {
    // The client keeps connections to killed servers for a while. A built program may contain the port.
    if (!framework.build) port = await freePort();
  });

  it.each(framework.wirings)('is observed by %s: the counts are what clients did and saw', async (wiring) => {
    await results.of(framework, project, wiring, async () => {
      const server = await start(framework, project, port, wiring);
      const visits = await visited(framework, port);
      expect(visits.map(({ seen }) => seen)).toEqual(bare.map(({ seen }) => seen));
      if (wiring === 'register' && framework.heard)
        await until(() => server.output.includes('observed where they enter and leave'));
      let exchanges = sumOf(visits);
      // Only observe() has an option for the idle time of a session.
      if (wiring === 'observe') exchanges += await vanish(at(port), framework.era ?? '2025');
      await expectCounted(server, exchanges);
    });
  });

  it.runIf(framework.heard)('is observed by a proxy in front of it', async () => {
    await start(framework, project, port, 'bare');
    const front = await freePort();
    const addresses = ['--upstream', `http://127.0.0.1:${port}`, '--listen', `127.0.0.1:${front}`];
    const command = ['pmcp-observability', 'proxy', 'http', ...addresses];
    const proxy = await Served.start(project.folder, command, front, 'bare');
    try {
      const visits = await visited(framework, front);
      expect(visits.map(({ seen }) => seen)).toEqual(bare.map(({ seen }) => seen));
      await expectCounted(proxy, sumOf(visits));
    } finally {
      await proxy.stop();
    }
  });
});

const sumOf = (visits: readonly Visit[]) => visits.reduce((sum, { exchanges }) => sum + exchanges, 0);

/** Waits until the page has these counts. On a timeout it shows the page. */
async function expectCounted(server: Served, exchanges: number): Promise<void> {
  await until(async () => sum(await server.scrape(), 'pmcp_http_exchanges_total') >= exchanges).catch(
    () => {},
  );
  await until(async () => sum(await server.scrape(), 'pmcp_active_connections') === 0).catch(() => {});
  const page = await server.scrape();
  const called = (name: string, outcome: string) =>
    page.get(`pmcp_requests_total{method="tools/call",name="${name}",outcome="${outcome}"}`);
  expect({
    add: called('add', 'ok'),
    fail: called('fail', 'tool_error'),
    calls: sum(page, 'pmcp_requests_total{method="tools/call"'),
    exchanges: sum(page, 'pmcp_http_exchanges_total'),
    connections: sum(page, 'pmcp_active_connections'),
  }).toEqual({ add: 2 * VISITS, fail: VISITS, calls: 4 * VISITS, exchanges, connections: 0 });
}

function sum(page: ReadonlyMap<string, number>, beginning: string): number {
  return [...page].reduce((total, [name, value]) => (name.startsWith(beginning) ? total + value : total), 0);
}
