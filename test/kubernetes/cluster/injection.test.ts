import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { INJECT } from '../../../scripts/generate/injection/snippet.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import type { PodSpec } from '../../manifests/manifests.js';
import { until } from '../../support/until.js';
import { container, Gate, names, type Pod } from '../support/admitted.js';
import { helm, kubectl, kubectlSays } from '../support/cluster.js';
import { linesOf } from '../support/page.js';

const FOLDER = 'examples/injection';
const FLAG = '--require=/pmcp/start/observe.cjs';

const gate = new Gate('injection');
const admitted = gate.admitted.bind(gate);

const ASKED = { [INJECT]: 'node' };
const optionsOf = ({ spec }: Pod) =>
  spec.containers.map(({ env = [] }) => env.filter(({ name }) => name === 'NODE_OPTIONS'));

beforeAll(async () => {
  await gate.open();
  await kubectl(['apply', '--server-side', '--validate=strict', `--kustomize=${FOLDER}/policy`]);
  // The API server learns of a policy a moment later.
  await until(
    async () => (await admitted(ASKED, { containers: [container('a')] })).spec.volumes !== undefined,
  );
});

describe('a pod that asks to be observed', () => {
  it('gets the toolkit, its flag, what the toolkit asks for, and a place in the list of Prometheus', async () => {
    const pod = await admitted(ASKED, { containers: [container('a')] });
    expect(names(pod.spec.volumes)).toEqual(['pmcp-toolkit', 'pmcp-start']);
    expect(names(pod.spec.initContainers)).toEqual(['pmcp-toolkit']);
    const [{ env, volumeMounts }] = pod.spec.containers as [PodSpec['containers'][0]];
    expect(names(env).sort()).toEqual(['NODE_NAME', 'NODE_OPTIONS', 'POD_NAME', 'POD_NAMESPACE']);
    expect(names(volumeMounts)).toEqual(['pmcp-toolkit', 'pmcp-start']);
    expect(pod.metadata.annotations).toMatchObject({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '9090',
    });
    expect(pod.metadata.annotations).not.toHaveProperty(['prometheus.io/container']);
  });

  it.each([
    ['has none', undefined, [{ name: 'NODE_OPTIONS', value: FLAG }]],
    [
      'has its own',
      { value: '--max-old-space-size=64' },
      [{ name: 'NODE_OPTIONS', value: `--max-old-space-size=64 ${FLAG}` }],
    ],
    ['has an empty one', {}, [{ name: 'NODE_OPTIONS', value: ` ${FLAG}` }]],
    ['has the flag', { value: FLAG }, [{ name: 'NODE_OPTIONS', value: FLAG }]],
    [
      'reads it from elsewhere, which stays',
      { valueFrom: { configMapKeyRef: { name: 'a', key: 'b' } } },
      [{ name: 'NODE_OPTIONS', valueFrom: { configMapKeyRef: { name: 'a', key: 'b' } } }],
    ],
  ])('keeps the NODE_OPTIONS of a container that %s', async (_, given, expected) => {
    const env = [{ name: 'A', value: '1' }, ...(given ? [{ name: 'NODE_OPTIONS', ...given }] : [])];
    const pod = await admitted(ASKED, { containers: [container('a', { env })] });
    expect(optionsOf(pod)).toEqual([expected]);
    expect(pod.spec.containers[0]?.env?.[0]).toEqual({ name: 'A', value: '1' });
  });

  it('has it in each container, since a program in another language ignores it, and names the first to Prometheus', async () => {
    const mine = {
      env: [{ name: 'POD_NAME', value: 'mine' }],
      volumeMounts: [{ name: 'v', mountPath: '/v' }],
    };
    const pod = await admitted(ASKED, {
      initContainers: [container('first'), container('sidecar', { restartPolicy: 'Always' })],
      containers: [container('a'), container('python', mine)],
      volumes: [{ name: 'v', emptyDir: {} }],
    });
    expect(optionsOf(pod)).toEqual([
      [{ name: 'NODE_OPTIONS', value: FLAG }],
      [{ name: 'NODE_OPTIONS', value: FLAG }],
    ]);
    expect(pod.spec.containers[1]?.env?.[0]).toEqual({ name: 'POD_NAME', value: 'mine' });
    expect(names(pod.spec.containers[1]?.env).filter((name) => name === 'POD_NAME')).toHaveLength(1);
    expect(names(pod.spec.containers[1]?.volumeMounts)).toEqual(['v', 'pmcp-toolkit', 'pmcp-start']);
    expect(names(pod.spec.initContainers)).toEqual(['first', 'sidecar', 'pmcp-toolkit']);
    expect(names(pod.spec.volumes)).toEqual(['v', 'pmcp-toolkit', 'pmcp-start']);
    expect(pod.metadata.annotations?.['prometheus.io/container']).toBe('a');
  });

  it('stays where Prometheus finds it already', async () => {
    const own = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8000' };
    const { metadata } = await admitted(
      { ...ASKED, ...own },
      { containers: [container('a'), container('b')] },
    );
    expect(metadata.annotations).toMatchObject(own);
    expect(metadata.annotations).not.toHaveProperty(['prometheus.io/path']);
  });

  it('is the same when it is sent once more, as another admission plugin makes the API server do', async () => {
    const once = await admitted(ASKED, { containers: [container('a'), container('b')] });
    const { annotations } = once.metadata;
    const twice = await admitted(annotations ?? {}, once.spec);
    expect([twice.spec, twice.metadata.annotations]).toEqual([once.spec, annotations]);
  });
});

describe('a pod that does not ask', () => {
  it.each([
    ['has no annotation', {}],
    ['says no', { [INJECT]: 'false' }],
    ['has another one', { other: 'node' }],
  ])('is left alone if it %s', async (_, annotations) => {
    const env = [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=64' }];
    const { spec, metadata } = await admitted(annotations, { containers: [container('a', { env })] });
    expect(spec).not.toHaveProperty('initContainers');
    expect(spec).not.toHaveProperty('volumes');
    expect(spec.containers[0]?.env).toEqual(env);
    expect(metadata.annotations ?? {}).toEqual(annotations);
  });
});

describe('the policy', () => {
  it('gives a pod no right that it would be refused for', async () => {
    const careless = { name: 'a', image: 'i' };
    await expect(admitted(ASKED, { containers: [careless] })).rejects.toThrow(
      /violates PodSecurity "restricted.*container "a" must set/,
    );
    await expect(admitted(ASKED, { containers: [careless] })).rejects.not.toThrow(/pmcp-toolkit/);
  });

  it('is gone without a trace once it is deleted', async () => {
    await kubectl(['delete', `--kustomize=${FOLDER}/policy`]);
    const isPlain = async () => {
      const { spec } = await admitted(ASKED, { containers: [container('a')] });
      return (
        spec.volumes === undefined &&
        spec.initContainers === undefined &&
        spec.containers[0]?.env === undefined
      );
    };
    await until(isPlain);
  });
});

describe('the component', () => {
  const apply = () => kubectl(['apply', '--validate=strict', `--kustomize=${FOLDER}/server`]);
  const version = () =>
    kubectl([
      'get',
      'deployment/clock',
      '--namespace=clock',
      '--output=jsonpath={.metadata.resourceVersion}',
    ]);

  it('makes a deployment that a real API server takes without a warning, twice', async () => {
    await apply();
    const before = await version();
    await apply();
    expect(await version()).toBe(before);
  });

  it('makes the same pod as the policy', async () => {
    const text = await kubectl(['get', 'deployment/clock', '--namespace=clock', '--output=json']);
    const { template } = (JSON.parse(text) as { spec: { template: Pod } }).spec;
    await kubectl(['apply', '--server-side', `--kustomize=${FOLDER}/policy`]);
    const { spec, metadata } = template;
    const plain = {
      ...spec,
      volumes: undefined,
      initContainers: undefined,
      containers: spec.containers.map((one) => ({ ...one, env: undefined, volumeMounts: undefined })),
    };
    let pod: Pod | undefined;
    await until(async () => {
      pod = await admitted(ASKED, plain);
      return pod.spec.volumes !== undefined;
    });
    const { [INJECT]: _, ...annotations } = pod!.metadata.annotations ?? {};
    expect(annotations).toEqual(metadata.annotations);
    expect(pod?.spec.volumes).toEqual(spec.volumes);
    expect(pod?.spec.initContainers).toEqual(spec.initContainers);
    expect(pod?.spec.containers[0]?.volumeMounts).toEqual(spec.containers[0]?.volumeMounts);
    const env = (all: Pod['spec']) =>
      [...(all.containers[0]?.env ?? [])]
        .map((one) => ({ ...one, ...(one.value && { value: one.value.trim() }) }))
        .sort((a, b) => a.name.localeCompare(b.name));
    expect(env(pod!.spec)).toEqual(env(spec));
    await kubectl(['delete', `--kustomize=${FOLDER}/policy`]);
  });

  it('leaves nothing when the annotation goes', async () => {
    const folder = temporaryFolder('plain');
    cpSync(FOLDER, folder, { recursive: true });
    const file = `${folder}/server/deployment.yaml`;
    writeFileSync(file, readFileSync(file, 'utf8').replace(`${INJECT}: node`, `${INJECT}: 'false'`));
    await kubectl(['apply', '--validate=strict', `--kustomize=${folder}/server`]);
    const text = await kubectl(['get', 'deployment/clock', '--namespace=clock', '--output=json']);
    const { metadata, spec } = (JSON.parse(text) as { spec: { template: Pod } }).spec.template;
    expect(metadata.annotations ?? {}).toEqual({});
    expect([spec.volumes, spec.initContainers]).toEqual([undefined, undefined]);
    expect(spec.containers[0]).not.toHaveProperty('env');
    expect(spec.containers[0]).not.toHaveProperty('volumeMounts');
  });
});

describe('the Instrumentation of the OpenTelemetry operator', () => {
  it('fits the definition that its makers publish', async () => {
    const { status, stderr } = await kubectlSays([
      'apply',
      '--validate=strict',
      '--dry-run=server',
      `--kustomize=${FOLDER}/operator`,
    ]);
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('the page about injection', () => {
  const lines = linesOf('docs/injection.md').filter((line) => !line.startsWith('docker '));

  it('has many commands', () => expect(lines.length).toBeGreaterThan(6));

  it.each(lines)('has commands that run one after the other: %s', async (line) => {
    const [program = '', ...words] = line.match(/'[^']*'|\S+/g) ?? [];
    const args = words.map((word) => word.replaceAll("'", ''));
    expect(['helm', 'kubectl']).toContain(program);
    await (program === 'helm' ? helm : kubectl)(args);
  });

  it('leaves a deployment of which nothing asks for the toolkit', async () => {
    const text = await kubectl(['get', 'deployment/clock', '--namespace=shop', '--output=json']);
    expect(text).not.toContain('pmcp.github.io/inject');
  });
});
