import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { BACKUP, CHART, LEAST, RESTORE, WITH_PROXY } from '../support/chart.js';
import { helm, kubectl, list, restrictedNamespace } from '../support/cluster.js';
import { commandsOf } from '../support/page.js';
import { merged } from '../support/switches.js';

interface Named {
  readonly metadata: { readonly name: string };
}

const upgrade = (namespace: string, values: object) =>
  helm(
    ['upgrade', '--install', 'notes', CHART, `--namespace=${namespace}`, '--values=-'],
    JSON.stringify(values),
  );

const KINDS = 'deployments,services,serviceaccounts,networkpolicies,poddisruptionbudgets,roles,rolebindings';
const left = (namespace: string) =>
  kubectl([
    'get',
    KINDS,
    `--namespace=${namespace}`,
    '--output=name',
    '--selector=app.kubernetes.io/instance=notes',
  ]);

describe('a release', () => {
  beforeAll(() => restrictedNamespace('release'));

  it('says what to do next', async () => {
    expect(await upgrade('release', LEAST)).toContain(
      'kubectl --namespace release port-forward service/notes 8080:80',
    );
    expect(await left('release')).toContain('deployment.apps/notes');
  });

  it('changes in place: another autoscaler, the proxy, a backup and its drill', async () => {
    const values = merged(LEAST, { backup: BACKUP, restore: RESTORE, autoscaling: { engine: 'keda' } });
    await upgrade('release', values);
    expect(await list<Named>('scaledobjects', 'release')).toHaveLength(1);
    await upgrade('release', merged(values, { autoscaling: { engine: 'hpa' }, proxy: WITH_PROXY }));
    expect(await list<Named>('scaledobjects', 'release')).toHaveLength(0);
    expect(await list<Named>('horizontalpodautoscalers', 'release')).toHaveLength(1);
  });

  it('goes without a trace, but for the data of its backup', async () => {
    await helm(['uninstall', 'notes', '--namespace=release']);
    expect(await left('release')).toBe('');
    const claims = await list<Named>('persistentvolumeclaims', 'release');
    expect(claims.map(({ metadata }) => metadata.name)).toEqual(['notes-backup']);
  });
});

const commands = commandsOf('docs/helm.md');

/** Another namespace than that of the examples, which are in the same cluster. */
const inOwnNamespace = (arg: string, i: number, args: readonly string[]) =>
  arg === 'notes' && /^(--)?namespace$/.test(args[i - 1] ?? '') ? 'from-the-page' : arg;

describe('the page about the chart', () => {
  it('has many commands', () => expect(commands.length).toBeGreaterThan(8));

  it.each(commands)('has commands that run one after the other: %s %s %s', async (program, ...args) => {
    const target = temporaryFolder('package');
    const given = args
      .filter(Boolean)
      .map(inOwnNamespace)
      .map((arg) => (arg === '/tmp' ? target : arg));
    expect(['helm', 'kubectl']).toContain(program);
    await (program === 'helm' ? helm : kubectl)(given);
  });
});
