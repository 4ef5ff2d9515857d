import { expect } from 'vitest';
import type { PodSpec } from '../../manifests/manifests.js';
import { kubectl, kubectlSays, makeNamespace, type PodSecurity } from './cluster.js';

export interface Pod {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
}

const RESTRICTED = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};
export const container = (name: string, more: object = {}) => ({
  name,
  image: 'i',
  securityContext: RESTRICTED,
  ...more,
});

export const names = (things: readonly { readonly name: string }[] = []) => things.map(({ name }) => name);

const CREATE = ['create', '--dry-run=server', '--validate=strict', '--output=json', '--filename=-'];

/** A namespace in which the API server admits pods. By default it refuses rights. */
export class Gate {
  constructor(
    private readonly namespace: string,
    private readonly level: PodSecurity = 'restricted',
  ) {}

  async open(): Promise<void> {
    await makeNamespace(this.namespace, this.level);
    await kubectl(['create', 'serviceaccount', 'default', `--namespace=${this.namespace}`]);
  }

  /** Returns the pod that the API server makes of one, without a warning. */
  async admitted(annotations: object, spec: object): Promise<Pod> {
    return JSON.parse(await kubectl(CREATE, this.pod(annotations, spec))) as Pod;
  }

  /** The same for a pod that the API server warns about as it is. */
  async admittedWithWarning(annotations: object, spec: object): Promise<Pod> {
    const { stdout, stderr } = await kubectlSays(CREATE, this.pod(annotations, spec));
    expect(stderr).toMatch(/^Warning: /);
    return JSON.parse(stdout) as Pod;
  }

  private pod(annotations: object, spec: object): string {
    const metadata = { name: 'p', namespace: this.namespace, annotations };
    const own = { automountServiceAccountToken: false, ...spec };
    return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec: own });
  }
}
