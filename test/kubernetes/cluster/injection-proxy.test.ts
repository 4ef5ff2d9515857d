import { beforeAll, describe, expect, it } from 'vitest';
import { PORT } from '../../../scripts/generate/injection/proxy.js';
import { INJECT } from '../../../scripts/generate/injection/snippet.js';
import { runHttpProxy } from '../../support/http-proxy.js';
import { until } from '../../support/until.js';
import { container, Gate, names, type Pod } from '../support/admitted.js';
import { kubectl, kubectlSays } from '../support/cluster.js';

const FOLDER = 'examples/injection';
const ASKED = { [INJECT]: 'proxy' };

const gate = new Gate('injection-proxy');
const admitted = gate.admitted.bind(gate);
/** Pods in the network of their node need rights. */
const gateWithRights = new Gate('injection-proxy-with-rights', 'privileged');

/** A server with a port, as the policy looks for it. */
const server = (more: object = {}, port: object = {}) =>
  container('server', { ports: [{ name: 'http', containerPort: 3000, ...port }], ...more });

const isInjected = ({ spec }: Pod) => names(spec.initContainers).includes('pmcp-proxy');
const sidecarOf = ({ spec }: Pod) => spec.initContainers?.find(({ name }) => name === 'pmcp-proxy');
const variable = (pod: Pod, wanted: string) =>
  sidecarOf(pod)?.env?.find(({ name }) => name === wanted)?.value;

beforeAll(async () => {
  await Promise.all([gate.open(), gateWithRights.open()]);
  await kubectl(['apply', '--server-side', '--validate=strict', `--kustomize=${FOLDER}/policy`]);
  // The API server learns of a policy a moment later.
  await until(async () => isInjected(await admitted(ASKED, { containers: [server()] })));
});

describe('a pod that asks for the proxy', () => {
  it('gets it as a native sidecar in front of its server, and a place in the list of Prometheus', async () => {
    const pod = await admitted(ASKED, { containers: [server()] });
    expect(sidecarOf(pod)).toMatchObject({
      restartPolicy: 'Always',
      ports: [
        { name: 'http', containerPort: 8081 },
        { name: 'pmcp-metrics', containerPort: 9090 },
      ],
    });
    expect(variable(pod, 'PMCP_UPSTREAM')).toBe('http://127.0.0.1:3000');
    expect(pod.spec.containers[0]?.ports).toEqual([{ containerPort: 3000, protocol: 'TCP' }]);
    expect(pod.metadata.annotations).toMatchObject({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '9090',
      'prometheus.io/container': 'pmcp-proxy',
    });
  });

  it('runs a valid command, which answers the probes', async () => {
    const pod = await admitted(ASKED, { containers: [server()] });
    const { command = [], startupProbe } = sidecarOf(pod)!;
    const args = command.slice(1).map((arg) => arg.replace(/^0\.0\.0\.0:\d+$/, '127.0.0.1:0'));
    const upstream = variable(pod, 'PMCP_UPSTREAM')!;
    const running = await runHttpProxy([...args, '--upstream', upstream, '--metrics-port', '0']);
    const { status } = await fetch(`http://127.0.0.1:${running.port}${startupProbe?.httpGet?.path}`);
    await running.stop();
    expect(status).toBe(200);
  });

  it('names another port by an annotation, and the proxy takes its name over', async () => {
    const pod = await admitted({ ...ASKED, [PORT]: 'mcp' }, { containers: [server({}, { name: 'mcp' })] });
    expect(names(sidecarOf(pod)?.ports as { name: string }[])).toEqual(['mcp', 'pmcp-metrics']);
    expect(pod.spec.containers[0]?.ports).toEqual([{ containerPort: 3000, protocol: 'TCP' }]);
  });

  it('has its server among other containers and ports, whose names stay', async () => {
    const ports = [
      { name: 'admin', containerPort: 4000 },
      { name: 'http', containerPort: 3000 },
    ];
    const pod = await admitted(ASKED, {
      initContainers: [container('first'), container('mesh', { restartPolicy: 'Always' })],
      containers: [container('other', { ports: [{ name: 'web', containerPort: 5000 }] }), server({ ports })],
    });
    expect(names(pod.spec.initContainers)).toEqual(['first', 'mesh', 'pmcp-proxy']);
    expect(pod.spec.containers.map(({ ports = [] }) => ports.map(({ name }) => name))).toEqual([
      ['web'],
      ['admin', undefined],
    ]);
    expect(variable(pod, 'PMCP_UPSTREAM')).toBe('http://127.0.0.1:3000');
  });

  it.each(['startupProbe', 'livenessProbe', 'readinessProbe'] as const)(
    'keeps its %s at the server, which the port is no longer named at',
    async (name) => {
      const [byHttp, byTcp, elsewhere] = await Promise.all(
        [
          { httpGet: { path: '/', port: 'http' } },
          { tcpSocket: { port: 'http' } },
          { httpGet: { port: 4000 } },
        ].map(async (probe) => {
          const pod = await admitted(ASKED, { containers: [server({ [name]: probe })] });
          return pod.spec.containers[0]?.[name];
        }),
      );
      expect([byHttp?.httpGet?.port, byTcp?.tcpSocket?.port, elsewhere?.httpGet?.port]).toEqual([
        3000, 3000, 4000,
      ]);
    },
  );

  it('keeps what is asked when it starts and ends', async () => {
    const ask = { httpGet: { path: '/', port: 'http' } };
    const pod = await admitted(ASKED, {
      containers: [server({ lifecycle: { postStart: ask, preStop: ask } })],
    });
    const { postStart, preStop } = pod.spec.containers[0]?.lifecycle ?? {};
    expect([postStart?.httpGet?.port, preStop?.httpGet?.port]).toEqual([3000, 3000]);
  });

  it('stays where Prometheus finds it already', async () => {
    const own = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8000' };
    const { metadata } = await admitted({ ...ASKED, ...own }, { containers: [server()] });
    expect(metadata.annotations).toEqual({ ...ASKED, ...own });
  });

  it('is the same when it is sent once more, as another admission plugin makes the API server do', async () => {
    const once = await admitted(ASKED, { containers: [server()] });
    const { annotations } = once.metadata;
    const twice = await admitted(annotations ?? {}, once.spec);
    expect([twice.spec, twice.metadata.annotations]).toEqual([once.spec, annotations]);
  });
});

const portsOf = ({ containers }: Pod['spec']) =>
  containers.map(({ ports }) => ports?.map(({ name }) => name));

function expectUnchanged({ spec, metadata }: Pod, annotations: object, given: object): void {
  expect(names(spec.initContainers)).toEqual(names((given as Pod['spec']).initContainers));
  expect(portsOf(spec)).toEqual(portsOf(given as Pod['spec']));
  expect(metadata.annotations ?? {}).toEqual(annotations);
}

describe('a pod that the proxy would break', () => {
  it.each<readonly [string, object, object]>([
    ['has no annotation', {}, { containers: [server()] }],
    ['asks for nothing', { [INJECT]: 'false' }, { containers: [server()] }],
    ['has no such port', ASKED, { containers: [server({}, { name: 'web' })] }],
    ['names no port', ASKED, { containers: [container('server')] }],
    ['names a port that is not there', { ...ASKED, [PORT]: 'mcp' }, { containers: [server()] }],
    ['speaks UDP there', ASKED, { containers: [server({}, { protocol: 'UDP' })] }],
    ['uses the port of the proxy', ASKED, { containers: [server({}, { containerPort: 8081 })] }],
    [
      'uses the port of the metrics elsewhere',
      ASKED,
      { containers: [server(), container('b', { ports: [{ containerPort: 9090 }] })] },
    ],
  ])('starts as it is, for it %s', async (_, annotations, spec) => {
    expectUnchanged(await admitted(annotations, spec), annotations, spec);
  });

  it.each<readonly [string, object]>([
    ['has two such ports', { containers: [server(), { ...server({}, { containerPort: 3001 }), name: 'b' }] }],
    [
      'has a sidecar at that name',
      {
        containers: [server()],
        initContainers: [
          container('mesh', { restartPolicy: 'Always', ports: [{ name: 'http', containerPort: 80 }] }),
        ],
      },
    ],
  ])('starts as it is, with the warning of the API server, for it %s', async (_, spec) => {
    expectUnchanged(await gate.admittedWithWarning(ASKED, spec), ASKED, spec);
  });

  it('is refused for its own rights alone', async () => {
    const careless = {
      containers: [{ name: 'a', image: 'i', ports: [{ name: 'http', containerPort: 3000 }] }],
    };
    await expect(admitted(ASKED, careless)).rejects.toThrow(/container "a" must set/);
    await expect(admitted(ASKED, careless)).rejects.not.toThrow(/pmcp-proxy/);
  });
});

describe('a pod with rights on its node', () => {
  it.each<readonly [string, object, boolean]>([
    // The ports of the proxy would be those of the node, where each may be used once.
    ['gets no proxy in the network of its node', { hostNetwork: true }, false],
    ['gets none there with the processes of the node either', { hostNetwork: true, hostPID: true }, false],
    ['gets the proxy if it says that it has a network of its own', { hostNetwork: false }, true],
    ['gets it if it sees only the processes of the node', { hostPID: true, hostIPC: true }, true],
  ])('%s', async (_, rights, gets) => {
    const spec = { containers: [server()], ...rights };
    const pod = await gateWithRights.admitted(ASKED, spec);
    expect(isInjected(pod)).toBe(gets);
    expect(pod.spec).toMatchObject(Object.fromEntries(Object.entries(rights).filter(([, on]) => on)));
    if (!gets) expectUnchanged(pod, ASKED, spec);
  });
});

describe('the component', () => {
  const weather = async () => {
    const text = await kubectl(['get', 'deployment/weather', '--namespace=clock', '--output=json']);
    return (JSON.parse(text) as { spec: { template: Pod } }).spec.template;
  };

  it('makes the same pod as the policy', async () => {
    await kubectl(['apply', '--validate=strict', `--kustomize=${FOLDER}/server`]);
    const { spec, metadata } = await weather();
    const ports = [{ name: 'http', containerPort: 8080 }];
    const plain = {
      ...spec,
      initContainers: undefined,
      containers: spec.containers.map((one) => ({ ...one, ports })),
    };
    const pod = await admitted(ASKED, plain);
    const { [INJECT]: _, ...annotations } = pod.metadata.annotations ?? {};
    expect(annotations).toEqual(metadata.annotations);
    expect(pod.spec.initContainers).toEqual(spec.initContainers);
    expect(pod.spec.containers[0]?.ports).toEqual(spec.containers[0]?.ports);
  });
});

describe('the policy', () => {
  it('is gone without a trace once it is deleted', async () => {
    await kubectl(['delete', `--kustomize=${FOLDER}/policy`]);
    await until(async () => !isInjected(await admitted(ASKED, { containers: [server()] })));
    const { spec, metadata } = await admitted(ASKED, { containers: [server()] });
    expect(spec.containers[0]?.ports).toEqual([{ name: 'http', containerPort: 3000, protocol: 'TCP' }]);
    expect(metadata.annotations).toEqual(ASKED);
    expect((await kubectlSays(['get', 'mutatingadmissionpolicies', '--output=name'])).stdout).toBe('');
  });
});
