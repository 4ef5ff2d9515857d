import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createObservability } from '@pmcp/observability';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alertOutputs } from '../../alerts/files.js';
import { allDashboards } from '../../dashboards/dashboards.js';
import { DEPLOYMENTS, OPERATED } from '../../prometheus/deployments.js';
import { podMonitor, serviceMonitor } from '../../prometheus/operator/objects.js';
import { prometheusConfig } from '../../prometheus/scrape/config.js';
import { generatedFiles } from '../../scripts/generate/files.js';
import { firstPanel } from '../support/first-panel.js';
import { serveOneRequest } from '../support/one-request.js';
import { faultsOf } from '../support/packed.js';
import { promtool } from '../support/promtool.js';
import { WatchedGrafana } from '../support/watched-grafana.js';
import { GrafanaStandIn } from './publish/stand-in.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const DOCTOR = join(root, 'packages/doctor/dist/cli.js');
/** A folder inside the repository, so that the packed program finds its imports. */
const cache = join(root, 'node_modules/.cache');
const README = readFileSync(join(root, 'README.md'), 'utf8');
let folder: string;
let tarballs: readonly string[];

beforeAll(async () => {
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, 'assets-'));
  await run('npm', ['run', '--silent', 'build:package'], { cwd: root });
  const [, packing = ''] = /^npm ci && (npm pack .*)$/m.exec(README) ?? [];
  // Without `--ignore-scripts`, each package would build all packages again.
  const more = ['--workspace', '@pmcp/injection', '--ignore-scripts', '--pack-destination', folder];
  const [command = '', ...args] = [...packing.split(' '), ...more];
  await run(command, args, { cwd: root });
  tarballs = (await readdir(folder)).sort();
  const tarball = tarballs.find((name) => name.includes('observability')) ?? '';
  await run('tar', ['xzf', join(folder, tarball), '-C', folder]);
});
afterAll(() => rm(folder, { recursive: true }));

/** Every user has other alert receivers, so the shipped ones are an example. */
const EXAMPLES = (path: string) =>
  `pmcp-observability: ${path} has addresses of example.com, which lead nowhere: put in your own (PMCP_W_EXAMPLE_ADDRESS)\n`;

/** Runs the program as a user of the installed package does. */
const assets = (...args: string[]) => ours('assets', ...args);

const cli = () => join(folder, 'package/dist/cli.js');

async function ours(...args: string[]) {
  return run(process.execPath, [cli(), ...args], { cwd: folder }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  );
}

const written = (...path: string[]) => readFile(join(folder, ...path), 'utf8');

describe('the packages', () => {
  it('pass publint and attw, also for CommonJS', async () => {
    expect(tarballs).toHaveLength(5);
    for (const tarball of tarballs) {
      // Nobody imports it: it is copied.
      const expected = tarball.includes('injection') ? ['no types'] : [];
      expect([tarball, await faultsOf(join(folder, tarball))]).toEqual([tarball, expected]);
    }
  });

  it('contain no unneeded files', async () => {
    for (const tarball of tarballs) {
      const { stdout } = await run('tar', ['tzf', join(folder, tarball)]);
      const files = stdout.trim().split('\n');
      const needless = files.filter((file) => /\.(map|tsbuildinfo)$|\.test\.|npmignore$|\/src\//.test(file));
      expect(needless).toEqual([]);
      for (const file of ['README.md', 'LICENSE', 'package.json']) expect(files).toContain(`package/${file}`);
    }
  });

  it('contain each dashboard once, and stay below their size limits', async () => {
    const sizes = {
      observability: 560_000,
      otlp: 20_000,
      viewer: 1_080_000,
      doctor: 150_000,
      injection: 200_000,
    };
    for (const [name, most] of Object.entries(sizes)) {
      const tarball = tarballs.find((file) => file.includes(name)) ?? '';
      expect((await stat(join(folder, tarball))).size, name).toBeLessThan(most);
      const { stdout } = await run('tar', ['tzf', join(folder, tarball)]);
      const held = stdout
        .split('\n')
        .filter((file) => /pmcp-overview|config-maps|grafana-dashboards/.test(file));
      expect(held.length, name).toBeLessThanOrEqual(1);
    }
  });

  it('name their repository and their purpose', async () => {
    const root = JSON.parse(await readFile('package.json', 'utf8'));
    for (const name of ['observability', 'otlp', 'viewer', 'doctor', 'injection']) {
      const manifest = JSON.parse(await readFile(`packages/${name}/package.json`, 'utf8'));
      expect(manifest.repository).toEqual({ ...root.repository, directory: `packages/${name}` });
      expect(manifest).toMatchObject({ homepage: root.homepage, bugs: root.bugs, author: root.author });
      expect(manifest.keywords).toContain('model-context-protocol');
      expect(manifest.description.length).toBeGreaterThan(60);
    }
  });
});

describe('pmcp-observability assets', () => {
  it('writes the generated files unchanged, plus only runbooks and a README', async () => {
    expect(await assets('plain')).toMatchObject({ code: 0, stderr: EXAMPLES('alerts/alertmanager.yaml') });
    const generated = Object.entries(generatedFiles).filter(([path]) => /\/generated(-v2)?\//.test(path));
    const expected = new Map(generated.map(([path, render]) => [path.replace('/generated', ''), render()]));
    const all = await readdir(join(folder, 'plain'), { recursive: true, withFileTypes: true });
    const paths = all
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, 'plain').length + 1));
    expect(paths.filter((path) => !path.includes('runbooks/')).sort()).toEqual(
      [...expected.keys(), 'README.md'].sort(),
    );
    for (const [path, text] of expected) expect(await written('plain', path), path).toBe(text);
    const runbooks = await readdir(join(root, 'alerts/runbooks'));
    expect(paths.filter((path) => path.includes('runbooks/'))).toHaveLength(runbooks.length);
  });

  it('limits which pods are scraped, as the generator would', async () => {
    await assets('narrow', '--namespace', 'shop,staging', '--selector', 'app=notes,tier=1');
    const kubernetes = { namespaces: ['shop', 'staging'], selector: 'app=notes,tier=1' };
    const options = { ...OPERATED, kubernetes };
    const read = async (path: string) => parse(await written('narrow/prometheus', path));
    expect(await read('kubernetes.yml')).toEqual(
      parse(prometheusConfig({ ...DEPLOYMENTS.kubernetes, kubernetes })),
    );
    expect(await read('agent.yml')).toEqual(parse(prometheusConfig({ ...DEPLOYMENTS.agent, kubernetes })));
    const pods = await read('operator/pod-monitor.yml');
    expect(pods).toEqual({ ...podMonitor(pods.metadata, options) });
    const services = await read('operator/service-monitor.yml');
    expect(services).toEqual({ ...serviceMonitor(services.metadata, options) });
  });

  it('writes files that Prometheus accepts, by the commands of their README', async () => {
    await assets('checked', '--namespace', 'shop', '--selector', 'app=notes');
    const commands = [...(await written('checked/README.md')).matchAll(/^promtool (.*)$/gm)];
    expect(commands).toHaveLength(2);
    for (const [, args = ''] of commands) {
      const found = args.split(' ').map((arg) => (arg.includes('/') ? join(folder, 'checked', arg) : arg));
      expect(await promtool('3', ...found)).toContain('SUCCESS');
    }
  });

  it('links alerts with your runbooks and dashboards', async () => {
    const links = [
      '--runbook-url',
      'https://wiki.acme.test/pmcp/',
      '--dashboard-url',
      'https://graf.acme.test/d',
    ];
    await assets('linked', ...links);
    for (const file of ['alert-rules.yaml', 'prometheus-rule.yaml', 'grafana-rule-groups.json']) {
      const text = await written('linked/alerts', file);
      expect(text).toContain('https://wiki.acme.test/pmcp/PmcpToolErrors.md');
      expect(text).toContain('https://graf.acme.test/d/pmcp-tools');
      expect(text).not.toContain('example.com');
    }
  });

  it('keeps files that were changed, unless it is told to overwrite them', async () => {
    await assets('mine');
    expect((await assets('mine')).stdout).toMatch(/^0 files written to mine, \d+ unchanged\n$/);
    await appendFile(join(folder, 'mine/alerts/alert-rules.yaml'), '# mine\n');
    await rm(join(folder, 'mine/README.md'));
    const { code, stderr } = await assets('mine');
    expect(code).toBe(1);
    expect(stderr).toBe(
      'pmcp-observability: mine/alerts/alert-rules.yaml would be overwritten; --force does so, nothing was written (PMCP_E_WOULD_OVERWRITE)\n',
    );
    await expect(written('mine/README.md')).rejects.toThrow('ENOENT');
    expect((await assets('mine', '--force')).stdout).toMatch(/^2 files written to mine/);
    expect(await written('mine/alerts/alert-rules.yaml')).not.toContain('# mine');
  });

  it.each([
    [[], 'assets needs a folder to write into: assets ./monitoring'],
    [['a', 'b'], 'unknown argument b'],
    [['bad', '--namespace', 'Shop'], 'expected --namespace to be names such as shop,staging, got "Shop"'],
    [['bad', '--selector', 'app'], 'expected --selector to be labels such as app=notes,tier=web, got "app"'],
    [['bad', '--runbook-url', 'wiki'], 'expected --runbook-url to be an http or https URL, got "wiki"'],
  ])('rejects %j with a message of one line, and writes nothing', async (args, message) => {
    const refused = await assets(...args);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr.replace(/ \(PMCP_E_[A-Z_]+\)\n$/, '')).toBe(`pmcp-observability: ${message}`);
    await expect(readdir(join(folder, 'bad'))).rejects.toThrow('ENOENT');
  });
});

describe('the installed package, without this repository,', () => {
  it('writes rules with custom options, as docs/alerts.md shows, identical to those of a clone', async () => {
    const [, shown = ''] =
      /```json\n(.*?)```/s.exec(await readFile(join(root, 'docs/alerts.md'), 'utf8')) ?? [];
    await writeFile(join(folder, 'options.json'), shown);
    expect(await ours('alerts', '--options', 'options.json', 'own')).toMatchObject({ code: 0 });
    for (const [path, render] of Object.entries(alertOutputs(JSON.parse(shown))))
      expect(await written('own', path), path).toBe(render());
  });

  it.each([
    ['{', 'PMCP_E_UNREADABLE_FILE', 'to hold options as JSON'],
    ['{"alerts":{"change":{"PmcpToolError":false}}}', 'PMCP_E_ALERT_OPTIONS', 'did you mean PmcpToolErrors?'],
    ['{"alerts":{"thresholds":{"toolErorShare":1}}}', 'PMCP_E_ALERT_OPTIONS', 'did you mean toolErrorShare?'],
  ])('rejects the options %s with %s, and writes nothing', async (options, code, message) => {
    await writeFile(join(folder, 'options.json'), options);
    const refused = await ours('alerts', '--options', 'options.json', 'refused');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(`(${code})`);
    expect(refused.stderr).toContain(message);
    await expect(readdir(join(folder, 'refused'))).rejects.toThrow('ENOENT');
  });

  it('publishes no dashboards where it is told of no Grafana', async () => {
    expect(await ours('dashboards', 'publish')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'pmcp-observability: dashboards publish needs GRAFANA_URL: https://grafana.example.com (PMCP_E_MISSING)\n',
    });
  });

  it('publishes the dashboards to a Grafana, and then has nothing to do', async () => {
    const grafana = new GrafanaStandIn('resources');
    const url = await grafana.start();
    try {
      const env = { GRAFANA_URL: url.href, GRAFANA_TOKEN: 'secret' };
      const said = async (...flags: string[]) =>
        (await run(process.execPath, [cli(), 'dashboards', 'publish', ...flags], { env })).stdout;
      expect(await said('--dry-run')).toContain('dry run: 9 created');
      expect(grafana.dashboards.size).toBe(0);
      expect(await said()).toContain('9 created');
      expect(await said()).toContain('9 unchanged');
    } finally {
      await grafana.stop();
    }
  });

  it('restores dashboards that were changed in Grafana, in their folder, as the doctor showed before', async () => {
    const grafana = new WatchedGrafana('resources', new Map(), {});
    const url = await grafana.start();
    try {
      grafana.folders.set('ours', 'Ours');
      for (const spec of allDashboards())
        grafana.dashboards.set(spec.uid, { spec, folderUid: 'ours', version: 1 });
      grafana.edit('pmcp-tools', { title: 'Mine' });
      const token = join(folder, 'grafana.token');
      await writeFile(token, 'secret', { mode: 0o600 });
      const doctor = async (...flags: string[]) => {
        const args = ['--grafana', url.href, '--token-file', `grafana=${token}`, ...flags];
        // The doctor exits with another code when it finds something.
        return run(process.execPath, [DOCTOR, '--only', 'PMCP-D256', ...args]).catch((error) => error);
      };
      const shown = await doctor('--fix', 'diff');
      expect(shown.stdout).toContain('would be updated  pmcp-tools');
      expect(shown.stdout).toContain('  title: "Mine" -> "PMCP / Tools and prompts"');
      expect(grafana.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
      await doctor('--fix', 'write');
      expect(grafana.dashboards.get('pmcp-tools')).toMatchObject({
        folderUid: 'ours',
        spec: { title: 'PMCP / Tools and prompts' },
      });
      expect((await doctor()).stdout).toContain('nothing found');
    } finally {
      await grafana.stop();
    }
  });
});

describe('the commands of the README', () => {
  it('lead from a server to its dashboards', async () => {
    const { listen, observe, shutdown } = createObservability({ metrics: { port: 0 } });
    try {
      const { port } = (await listen())!;
      await serveOneRequest(observe);
      const query = 'sum by (outcome) (pmcp_requests_total) > 0';
      const { data } = JSON.parse(await firstPanel(README, folder, cli(), port, query));
      expect(data.result).toMatchObject([{ metric: { outcome: 'ok' }, value: [expect.any(Number), '1'] }]);
    } finally {
      await shutdown();
    }
  });
});
