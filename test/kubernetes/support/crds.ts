import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Published {
  readonly module: string;
  readonly version: string;
  /** The checksum that Go computes of all files of the module. */
  readonly sum: string;
  readonly folder: string;
  readonly files: readonly string[];
}

export const KEDA = {
  module: 'github.com/kedacore/keda/v2',
  version: 'v2.21.0',
  sum: 'h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=',
} as const;

/** The kinds of others that our manifests have, as their makers publish them. */
const PUBLISHED: readonly Published[] = [
  {
    module: 'sigs.k8s.io/gateway-api',
    version: 'v1.6.3',
    sum: 'h1:lKpJa5bGlraC/QeACvCpsHLdmO6y0iKfzVl6gzaFEYc=',
    folder: 'config/crd/standard',
    files: ['httproutes', 'gateways', 'backendtlspolicies'].map(
      (kind) => `gateway.networking.k8s.io_${kind}`,
    ),
  },
  {
    module: 'github.com/envoyproxy/gateway',
    version: 'v1.9.1',
    sum: 'h1:vAVp6/AlBXJ1aOhp1mxL7fNEzVEfjADUguUhm2wzxQY=',
    folder: 'charts/gateway-helm/charts/crds/crds/generated',
    files: ['backendtrafficpolicies', 'envoypatchpolicies'].map((kind) => `gateway.envoyproxy.io_${kind}`),
  },
  {
    module: 'istio.io/api',
    version: 'v1.32.0',
    sum: 'h1:37mJvg9I0biYZAEQF+MATs4FNeCpXEIVO3LFpVb6iNM=',
    folder: 'kubernetes',
    files: ['customresourcedefinitions.gen'],
  },
  {
    ...KEDA,
    folder: 'config/crd/bases',
    files: ['keda.sh_scaledobjects'],
  },
  {
    module: 'github.com/argoproj/argo-rollouts',
    version: 'v1.10.1',
    sum: 'h1:6oyVPGiHHxu3ixkT6mngemh88HLPDoTX1IwO6KNR1Y4=',
    folder: 'manifests/crds',
    files: ['rollout-crd', 'analysis-template-crd'],
  },
  {
    module: 'github.com/fluxcd/flagger',
    version: 'v1.36.1',
    sum: 'h1:X2PumtNwZz9YSGaOtZLFm2zAKLgHhFkbNv8beg7ifyc=',
    folder: 'artifacts/flagger',
    files: ['crd'],
  },
  {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    sum: 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=',
    folder: 'example/prometheus-operator-crd',
    files: [
      'podmonitors',
      'probes',
      'prometheuses',
      'servicemonitors',
      'prometheusrules',
      'scrapeconfigs',
    ].map((kind) => `monitoring.coreos.com_${kind}`),
  },
  {
    module: 'github.com/cert-manager/cert-manager',
    version: 'v1.21.2',
    sum: 'h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=',
    folder: 'deploy/crds',
    files: [
      'cert-manager.io_certificates',
      'cert-manager.io_certificaterequests',
      'acme.cert-manager.io_orders',
      'acme.cert-manager.io_challenges',
    ],
  },
  {
    module: 'github.com/open-telemetry/opentelemetry-operator',
    version: 'v0.140.0',
    sum: 'h1:yHwVEn1vjQ7n9OoOZX/rsgur+YozIKNjCoWSk6EAhvw=',
    folder: 'config/crd/bases',
    files: ['opentelemetry.io_instrumentations'],
  },
];

/** Returns the definitions of these kinds, one after the other. */
export async function crds(): Promise<string> {
  const texts = await Promise.all(PUBLISHED.map(published));
  return texts.flat().join('\n---\n');
}

/** Returns the text of files of a module, as the proxy of Go has it. */
export async function published({ module, version, sum, folder, files }: Published): Promise<string[]> {
  const args = ['mod', 'download', '-json', `${module}@${version}`];
  const { stdout } = await promisify(execFile)('go', args, { cwd: tmpdir() });
  const { Dir, Sum } = JSON.parse(stdout) as { readonly Dir: string; readonly Sum: string };
  if (Sum !== sum) throw new Error(`Expected ${module} ${version} to have the checksum ${sum}, got ${Sum}`);
  return files.map((file) => readFileSync(join(Dir, folder, `${file}.yaml`), 'utf8'));
}
