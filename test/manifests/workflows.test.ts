import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const FOLDER = '.github/workflows';

/** The rights of a job beyond reading: to authenticate to npm, or to show findings on GitHub. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  'release.yml': ['id-token: write', 'packages: write'],
  'security.yml': ['security-events: write', 'security-events: write'],
};

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly 'timeout-minutes'?: number;
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly number[]>> };
  readonly steps: readonly Step[];
}

const read = (path: string): unknown => parse(readFileSync(path, 'utf8'));
const jobsOf = (file: string) => (read(`${FOLDER}/${file}`) as { jobs: Record<string, Job> }).jobs;
const commandsOf = ({ steps }: Job) => steps.map(({ run = '' }) => run).join('\n');

describe.each(readdirSync(FOLDER))('the workflow %s', (file) => {
  const text = readFileSync(`${FOLDER}/${file}`, 'utf8');

  it('pins actions to a commit, and names their version', () => {
    const uses = text.split('\n').filter((line) => line.includes('uses:'));
    expect(uses).not.toEqual([]);
    for (const line of uses)
      expect(line).toMatch(/uses: [\w-]+\/[\w-]+(\/[\w-]+)*@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may read the repository, and has further rights only for the jobs that need them', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n/m);
    expect(text.match(/[\w-]+: write\b/g) ?? []).toEqual(WRITES[file] ?? []);
  });

  it('keeps no credentials, and every job has a time limit', () => {
    for (const job of Object.values(jobsOf(file))) {
      expect(job['timeout-minutes']).toBeGreaterThan(0);
      for (const { uses = '', with: given } of job.steps)
        if (uses.startsWith('actions/checkout@')) expect(given).toEqual({ 'persist-credentials': false });
    }
  });

  it('runs only commands of the project that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const [, name = ''] of text.matchAll(/npm run ([\w:-]+)/g))
      expect(Object.keys(scripts)).toContain(name);
  });
});

describe('the workflows together', () => {
  it('test every supported line of Node.js with both generations of Prometheus', () => {
    const { node, prometheus } = jobsOf('ci.yml').test!.strategy!.matrix;
    expect([node, prometheus]).toEqual([
      [20, 22, 24, 26],
      [2, 3],
    ]);
    const { engines } = JSON.parse(readFileSync('packages/observability/package.json', 'utf8'));
    expect(engines.node).toBe(`>=${node![0]}.19`);
  });

  it('publish only after a rehearsal, with provenance, a bill of materials and no token', () => {
    const { rehearse, publish, chart } = jobsOf('release.yml');
    expect(chart).toMatchObject({ needs: 'publish', permissions: { contents: 'read', packages: 'write' } });
    expect(commandsOf(chart!)).toContain('charts/pmcp-server/Chart.yaml');
    expect(commandsOf(rehearse!)).toContain('npm run release:rehearse');
    expect(publish).toMatchObject({ needs: 'rehearse', environment: 'npm' });
    expect(publish!.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    const commands = commandsOf(publish!);
    expect(commands).toContain('npm audit signatures');
    expect(commands).toMatch(/grep -qxF "## \$\{GITHUB_REF_NAME#v\}" CHANGELOG\.md/);
    expect(commands).toContain('npm sbom --sbom-format cyclonedx');
    expect(readFileSync(`${FOLDER}/release.yml`, 'utf8')).not.toMatch(/TOKEN|secrets\./);
    for (const name of readdirSync('packages')) {
      const manifest = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8'));
      expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true });
      expect(commands).toContain(`--workspace ${manifest.name}`);
    }
  });

  it('look for known vulnerabilities in dependencies, for faults in the code, and for risky habits', () => {
    const security = readFileSync(`${FOLDER}/security.yml`, 'utf8');
    for (const tool of ['npm audit signatures', 'osv-scanner', 'codeql-action/analyze', 'scorecard-action'])
      expect(security).toContain(tool);
  });
});

describe('the other files for GitHub', () => {
  it('update every lockfile and the actions each week', () => {
    const { updates } = read('.github/dependabot.yml') as { updates: Record<string, unknown>[] };
    expect(updates).toMatchObject([
      { 'package-ecosystem': 'npm', directories: ['/', '/packages/viewer/app'] },
      { 'package-ecosystem': 'github-actions', directory: '/' },
    ]);
  });

  it('name an owner for every file', () => {
    expect(readFileSync('.github/CODEOWNERS', 'utf8')).toMatch(/^\* @/m);
  });
});
