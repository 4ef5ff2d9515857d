import { readFileSync } from 'node:fs';
import { CannotRun } from '../../check.js';
import type { Context, Fact } from '../../context.js';
import { kubectlProxy } from '../../net/kubectl.js';
import { authorities, authorization } from '../secrets.js';

/** How the API of a cluster is reached. */
export interface Connection {
  readonly base: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca?: readonly string[] | undefined;
  readonly socketPath?: string;
}

/** The folder in which a pod has the credentials of its service account. */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The connection through `kubectl` with a context, from within a pod, or to a URL with at most a token. */
export const connection: Fact<Connection> = async (context) => {
  const { kube } = context.settings;
  if (kube === undefined) throw new CannotRun('it needs --kube');
  if (/^https?:\/\//.test(kube) && URL.canParse(kube))
    return { base: new URL(kube), headers: authorization(context, 'kube'), ca: authorities(context) };
  return kube === 'in-cluster' ? ofPod(process.env) : throughKubectl(context, kube);
};

async function throughKubectl(context: Context, kube: string): Promise<Connection> {
  const { socketPath, stop } = await kubectlProxy(kube);
  context.onEnd(stop);
  return { base: new URL('http://localhost'), headers: {}, socketPath };
}

function ofPod({
  KUBERNETES_SERVICE_HOST: host,
  KUBERNETES_SERVICE_PORT: port = '443',
}: NodeJS.ProcessEnv): Connection {
  if (!host)
    throw new CannotRun(
      'this is no pod of Kubernetes: KUBERNETES_SERVICE_HOST is not set. Name a context of kubectl',
    );
  return {
    base: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
    headers: { authorization: `Bearer ${mounted('token').trim()}` },
    ca: [mounted('ca.crt')],
  };
}

function mounted(name: string): string {
  try {
    return readFileSync(`${ACCOUNT}/${name}`, 'utf8');
  } catch (error) {
    throw new CannotRun(
      `the pod has no token of a service account: ${(error as Error).message}. Set automountServiceAccountToken: true`,
    );
  }
}
