import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { requireTool } from '../../../scripts/tools/index.js';
import type { ToolName } from '../../../scripts/tools/programs.js';
import { until } from '../../support/until.js';
import { frontProxyFlags } from './front-proxy.js';

const TOKEN = 'only-on-loopback';
const ACCOUNTS_KEY = 'accounts.key';
/** The first start writes the roles of the cluster one by one. */
const PATIENCE_MS = 110_000;

/**
 * The API server and its store: the part of Kubernetes that says what may exist. Nothing runs in it.
 * On request it has controllers.
 */
export class ControlPlane {
  private constructor(
    private readonly folder: string,
    private readonly children: Children,
    readonly kubeconfig: string,
  ) {}

  static async start(): Promise<ControlPlane> {
    const folder = await mkdtemp(join(tmpdir(), 'pmcp-control-plane-'));
    const deaths: string[] = [];
    const children = new Children((message) => deaths.push(message));
    const plane = new ControlPlane(folder, children, join(folder, 'kubeconfig'));
    try {
      await plane.run(deaths);
    } catch (error) {
      await plane.stop();
      throw new Error(`The control plane does not start. ${deaths.join(' ')}`, { cause: error });
    }
    return plane;
  }

  async stop(): Promise<void> {
    await this.children.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Starts the controllers with these names, which act on what the API server keeps. Each has an account of its own. */
  async startControllers(names: readonly string[], flags: readonly string[]): Promise<void> {
    await this.child('kube-controller-manager', [
      `--kubeconfig=${this.kubeconfig}`,
      `--controllers=${names.join(',')}`,
      '--use-service-account-credentials',
      `--service-account-private-key-file=${join(this.folder, ACCOUNTS_KEY)}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${await freePort()}`,
      `--cert-dir=${join(this.folder, 'controllers')}`,
      ...flags,
    ]);
  }

  private async run(deaths: readonly string[]): Promise<void> {
    const [store, peers, port] = [await freePort(), await freePort(), await freePort()];
    const key = join(this.folder, ACCOUNTS_KEY);
    await writeFile(key, accountsKey());
    await writeFile(join(this.folder, 'tokens.csv'), `${TOKEN},admin,admin,system:masters\n`);
    await this.child('etcd', etcdFlags(this.folder, store, peers));
    const flags = [...apiFlags(this.folder, store, port, key), ...(await frontProxyFlags(this.folder))];
    await this.child('kube-apiserver', flags);
    const alive = () => {
      if (deaths.length > 0) throw new Error(deaths.join(' '));
    };
    await until(() => {
      alive();
      return isReady(this.folder, port);
    }, PATIENCE_MS);
    await writeFile(this.kubeconfig, kubeconfig(this.folder, port), { mode: 0o600 });
  }

  private async child(name: ToolName, flags: readonly string[]): Promise<void> {
    const { path } = await requireTool(name);
    this.children.start(name, path, flags, { cwd: this.folder, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

function accountsKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'sec1', format: 'pem' }).toString();
}

function etcdFlags(folder: string, store: number, peers: number): string[] {
  const [clients, members] = [`http://127.0.0.1:${store}`, `http://127.0.0.1:${peers}`];
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${members}`,
    `--initial-advertise-peer-urls=${members}`,
    `--initial-cluster=default=${members}`,
  ];
}

function apiFlags(folder: string, store: number, port: number, key: string): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${store}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${folder}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-signing-key-file=${key}`,
    `--service-account-key-file=${key}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
  ];
}

/** The server makes its own certificate at the first start. */
async function isReady(folder: string, port: number): Promise<boolean> {
  const ca = await readFile(join(folder, 'apiserver.crt')).catch(() => undefined);
  if (ca === undefined) return false;
  const agent = new Agent({ ca });
  const options = { agent, headers: { authorization: `Bearer ${TOKEN}` } };
  return new Promise((resolve) => {
    get(`https://127.0.0.1:${port}/readyz`, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}

function kubeconfig(folder: string, port: number): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    users: [{ name: 'admin', user: { token: TOKEN } }],
    clusters: [
      {
        name: 'test',
        cluster: {
          server: `https://127.0.0.1:${port}`,
          'certificate-authority': join(folder, 'apiserver.crt'),
        },
      },
    ],
  });
}
