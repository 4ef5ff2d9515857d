import { beforeAll, describe, expect, it } from 'vitest';
import type { Container, PodSpec } from '../../manifests/manifests.js';
import type { KubernetesObject } from '../../manifests/schema.js';
import { objectsIn } from '../support/chart.js';
import { rolloutCombinations, withComponents } from '../support/components.js';
import { podOf } from '../support/pod.js';
import { output } from '../support/run.js';

type Port = string | number;
type Labels = Readonly<Record<string, string>>;

interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { readonly key: string; readonly values: readonly string[] }[];
}

interface Spec {
  readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: Port }[];
  readonly ingress: readonly { readonly ports: readonly { readonly port: Port }[] }[];
  readonly selector: Selector;
  readonly podSelector: Selector;
  readonly targetRefs: readonly { readonly name: string }[];
  readonly host: string;
  readonly service: { readonly portName: string; readonly port: number; readonly targetPort: Port };
}

type Specified = KubernetesObject & { readonly spec?: Spec };

const NAME = 'app.kubernetes.io/name';

/** The containers in front: only those of a sidecar have no port that all network plugins know by name. */
const frontOf = ({ initContainers = [], containers }: PodSpec): Container =>
  initContainers.find(({ name }) => name === 'observability') ?? containers[0]!;

/** Where a port leads to. */
function numberOf(port: Port, pod: PodSpec): number | undefined {
  if (typeof port === 'number') return port;
  return pod.containers[0]?.ports?.find(({ name }) => name === port)?.containerPort;
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, name: string): boolean {
  const asked = [
    ...Object.entries(matchLabels).map(([key, value]) => ({ key, values: [value] })),
    ...matchExpressions,
  ];
  return asked.length > 0 && asked.every(({ key, values }) => key === NAME && values.includes(name));
}

describe.each(rolloutCombinations)('a rollout with its components: $title', ({ components }) => {
  let objects: readonly Specified[];
  let pod: PodSpec;
  const isFlagger = components.includes('rollouts-flagger');
  /** The Deployments whose pods get requests. */
  const serving = isFlagger ? ['notes-primary', 'notes'] : ['notes'];

  beforeAll(async () => {
    objects = objectsIn(await output('kubectl', ['kustomize', withComponents(components)]));
    pod = podOf(objects);
  });

  const specOf = (kind: string, name = 'notes') =>
    objects.find((object) => object.kind === kind && object.metadata.name === name)?.spec;

  /** All Services that lead to the server, with those that Flagger makes. */
  const services = () =>
    isFlagger
      ? [specOf('Canary')!.service]
      : ['notes', ...(components.includes('rollouts-argo-blue-green') ? ['notes-preview'] : [])].map(
          (name) => specOf('Service', name)!.ports[0]!,
        );

  it('leads clients to the port of what is in front of them, and lets them in there', () => {
    const http = frontOf(pod).ports!.find(({ name }) => name === 'http')!.containerPort;
    for (const { targetPort } of services()) expect(numberOf(targetPort, pod)).toBe(http);
    const [clients] = specOf('NetworkPolicy')!.ingress;
    expect(numberOf(clients!.ports[0]!.port, pod)).toBe(http);
  });

  it('has the port of TLS where the pods speak TLS', () => {
    const [name, port] = components.includes('tls') ? ['https', 443] : ['http', 80];
    for (const service of services()) {
      expect(service.port).toBe(port);
      expect('portName' in service ? service.portName : service.name).toBe(name);
    }
  });

  it('is scraped and guarded in both versions', () => {
    const selectors = [specOf('NetworkPolicy')!.podSelector];
    if (components.includes('pod-monitor')) selectors.push(specOf('PodMonitor')!.selector);
    for (const selector of selectors) for (const name of serving) expect(selects(selector, name)).toBe(true);
    expect(selects(specOf('PodDisruptionBudget')!.selector, serving[0]!)).toBe(true);
  });

  it('has one owner of each Service and route', () => {
    const owned = objects.filter(({ kind }) => kind === 'Service' || kind === 'HTTPRoute');
    const names = owned.map(({ kind, metadata: { name } }) => `${kind} ${name}`).sort();
    const preview = components.includes('rollouts-argo-blue-green') ? ['Service notes-preview'] : [];
    const route = components.includes('gateway') ? ['HTTPRoute notes'] : [];
    expect(names).toEqual(isFlagger ? [] : [...route, 'Service notes', ...preview]);
  });

  it('has the rules of the gateway for the Services to which its route leads', () => {
    const led = isFlagger ? ['notes-primary', 'notes-canary'] : ['notes'];
    const hasTls = components.includes('tls');
    expect(specOf('BackendTLSPolicy')?.targetRefs.map(({ name }) => name)).toEqual(hasTls ? led : undefined);
    const isIstio = components.includes('gateway-istio') && !hasTls;
    const host = isFlagger ? '*.notes.svc.cluster.local' : 'notes.notes.svc.cluster.local';
    expect(specOf('DestinationRule')?.host).toBe(isIstio ? host : undefined);
  });
});
