import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { requireTool } from '../../../scripts/tools/index.js';
import type { ToolName } from '../../../scripts/tools/programs.js';
import { createAuthority } from '../../support/certificates.js';
import { actAs } from './account.js';
import { applyAsAdmin, defineAsAdmin } from './admin.js';
import { KEDA, published } from './crds.js';
import { apiObjects } from './metrics-api.js';
import { Services } from './services.js';

const NAMESPACE = 'keda';
const ACCOUNT = 'keda-operator';
const API = 'keda-metrics-apiserver';

/** All kinds that the operator looks at, and the rights that it asks for, as its makers publish them. */
const SHIPPED = {
  ...KEDA,
  folder: 'config',
  files: [
    'general/namespace',
    ...['scaledobjects', 'scaledjobs', 'triggerauthentications', 'clustertriggerauthentications'].map(
      (kind) => `crd/bases/keda.sh_${kind}`,
    ),
    ...['cloudeventsources', 'clustercloudeventsources'].map((kind) => `crd/bases/eventing.keda.sh_${kind}`),
    'service_account/service_account',
    'rbac/role',
    'rbac/role_binding',
    'metrics-server/role',
    'metrics-server/role_binding',
  ],
} as const;

/** The operator of KEDA and its API of metrics, which run beside the cluster, with the rights that they have in it. */
export class Keda {
  /** What KEDA reaches outside. */
  readonly services = new Services();
  private proxy = '';

  private constructor(
    private readonly kubeconfig: string,
    private readonly folder: string,
    private readonly children: Children,
  ) {}

  /** @param tell called at once with the last words of a program that ends too early */
  static async start(kubeconfig: string, tell: (failure: string) => void): Promise<Keda> {
    const folder = await mkdtemp(join(tmpdir(), 'pmcp-keda-'));
    const keda = new Keda(kubeconfig, folder, new Children(tell));
    try {
      await keda.fill();
    } catch (error) {
      await keda.stop();
      throw error;
    }
    return keda;
  }

  async stop(): Promise<void> {
    await this.children.stop();
    this.services.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async fill(): Promise<void> {
    await defineAsAdmin(this.kubeconfig, (await published(SHIPPED)).join('\n---\n'));
    const account = await actAs(ACCOUNT, NAMESPACE, this.kubeconfig, join(this.folder, 'kubeconfig'));
    await this.certificates();
    this.proxy = await this.services.start();
    const [metrics, port] = [await freePort(), await freePort()];
    await this.child('keda-operator', account, [
      `--metrics-service-bind-address=127.0.0.1:${metrics}`,
      `--cert-dir=${this.folder}`,
      '--metrics-bind-address=0',
      '--health-probe-bind-address=0',
    ]);
    await this.child('keda-metrics-apiserver', account, [
      ...['lister', 'authentication', 'authorization'].map((what) => `--${what}-kubeconfig=${account}`),
      `--metrics-service-address=127.0.0.1:${metrics}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${this.folder}`,
      `--tls-cert-file=${join(this.folder, 'tls.crt')}`,
      `--tls-private-key-file=${join(this.folder, 'tls.key')}`,
      `--port=${await freePort()}`,
    ]);
    const place = { group: 'external.metrics.k8s.io', service: API, namespace: NAMESPACE, port };
    for (const object of apiObjects(place)) await applyAsAdmin(this.kubeconfig, JSON.stringify(object));
  }

  /** The two programs believe each other by these. In a cluster the operator makes them. */
  private async certificates(): Promise<void> {
    const authority = await createAuthority('KEDA');
    const { key, cert } = await authority.issue(ACCOUNT);
    const files = { 'ca.crt': authority.cert, 'tls.crt': cert, 'tls.key': key };
    for (const [name, text] of Object.entries(files)) await writeFile(join(this.folder, name), text);
  }

  private async child(name: ToolName, account: string, flags: readonly string[]): Promise<void> {
    const { path } = await requireTool(name);
    const env = {
      ...process.env,
      KUBECONFIG: account,
      POD_NAMESPACE: NAMESPACE,
      KEDA_CLUSTER_OBJECT_NAMESPACE: NAMESPACE,
      WATCH_NAMESPACE: '',
      HTTP_PROXY: this.proxy,
    };
    this.children.start(name, path, flags, { cwd: this.folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}
