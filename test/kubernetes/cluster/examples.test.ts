import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { kubectl, kubectlSays, restrictedNamespace } from '../support/cluster.js';
import { componentCombinations, rolloutCombinations, withComponents } from '../support/components.js';

const FOLDER = 'examples/kubernetes';
const README = readFileSync(`${FOLDER}/README.md`, 'utf8');

const isComponent = (folder: string) =>
  readFileSync(`${FOLDER}/${folder}/kustomization.yaml`, 'utf8').includes('\nkind: Component\n');
const folders = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** The components that stand before one, as the README says. */
function before(component: string): string[] {
  const [row = ''] = new RegExp(`^\\| \`${component}\` .*$`, 'm').exec(README) ?? [];
  return [...row.matchAll(/after `([\w-]+)`/gi)].flatMap(([, name = '']) => [...before(name), name]);
}

/** The base is first: it makes the namespace that the README asks for before others. */
const alone = folders
  .filter((name) => !isComponent(name))
  .toSorted((a, b) => Number(b === 'base') - Number(a === 'base'));
const variants = [
  ...alone.map((name) => [name, () => `${FOLDER}/${name}`] as const),
  ...folders
    .filter(isComponent)
    .map((name) => [name, () => withComponents([...before(name), name])] as const),
];

beforeAll(() => restrictedNamespace('monitoring'));

const apply = (folder: string) => kubectl(['apply', '--validate=strict', `--kustomize=${folder}`]);

/** The API server gives an object a new version whenever something in it has changed. */
const versions = (folder: string) => {
  const column = '--output=custom-columns=:kind,:metadata.name,:metadata.resourceVersion';
  return kubectl(['get', `--kustomize=${folder}`, '--no-headers', column]);
};

describe.each(variants)('the example %s', (_, folderOf) => {
  const folder = folderOf();

  it('is accepted by a real API server, without a warning', async () => {
    expect(await apply(folder)).toMatch(/ (created|configured|unchanged)\n/);
  });

  it('changes nothing when it is applied again', async () => {
    const before = await versions(folder);
    await apply(folder);
    expect(await versions(folder)).toEqual(before);
  });
});

describe('components together', () => {
  const all = [...componentCombinations, ...rolloutCombinations];
  it.each(all)('are accepted by a real API server: $title', async ({ components }) => {
    const folder = withComponents(components);
    const said = await kubectl(['apply', '--dry-run=server', '--validate=strict', `--kustomize=${folder}`]);
    expect(said.match(/ \(server dry run\)\n/g)?.length).toBeGreaterThan(5);
  });
});

const careless = { containers: [{ name: 'c', image: 'i' }], serviceAccountName: 'notes' };

describe('the namespace of the examples', () => {
  it('refuses pods that have more rights than they need', async () => {
    const metadata = { name: 'p', namespace: 'notes' };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: careless };
    const { status, stderr } = await kubectlSays(['create', '--filename=-'], JSON.stringify(pod));
    expect(status).not.toBe(0);
    expect(stderr).toContain('violates PodSecurity "restricted');
  });

  it('warns of a deployment whose pods it would refuse, so that silence above means something', async () => {
    const labels = { app: 'p' };
    const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: careless } };
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'p' }, spec };
    const args = ['create', '--dry-run=server', '--namespace=notes', '--filename=-'];
    const { stderr } = await kubectlSays(args, JSON.stringify(deployment));
    expect(stderr).toContain('would violate PodSecurity "restricted');
  });
});

describe('the rights that the examples grant', () => {
  const account = 'pmcp-doctor';
  const asDoctor = async (...args: string[]) => {
    const token = await kubectl(['create', 'token', account, '--namespace=notes']);
    return kubectlSays([...args, '--namespace=notes', `--token=${token.trim()}`]);
  };

  it('let the doctor list what it looks at, by its own token, and read no Secret', async () => {
    expect(await asDoctor('get', 'deployments', '--output=name')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('deployment.apps/notes'),
    });
    const { status, stderr } = await asDoctor('get', 'secrets');
    expect(status).not.toBe(0);
    expect(stderr).toContain('secrets is forbidden');
  });

  it.each([
    ['list', 'pods', 'yes'],
    ['watch', 'pods', 'yes'],
    ['get', 'secrets', 'no'],
    ['create', 'pods', 'no'],
  ])('let Prometheus %s %s: %s', async (verb, resource, answer) => {
    const who = '--as=system:serviceaccount:monitoring:prometheus';
    const { stdout } = await kubectlSays(['auth', 'can-i', verb, resource, '--namespace=notes', who]);
    expect(stdout.trim()).toBe(answer);
  });
});
