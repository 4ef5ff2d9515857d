import { stringify } from 'yaml';
import { hostScript } from './script.js';
import { PORTS } from './settings.js';
import { systemdUnit } from './unit.js';

const FOLDER = 'examples/host';

/** Pods with the proxy get more ports. The only setting that matters and that Kubernetes calls safe. */
const component = () => {
  const sysctls = [{ name: PORTS.name, value: `${PORTS.first} ${PORTS.last}` }];
  const patch = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'any' },
    spec: { template: { spec: { securityContext: { sysctls } } } },
  };
  return `# For pods with the proxy and more than 20,000 streams to one server. Pod Security \`restricted\` allows it.
# Generated from scripts/generate/host by \`npm run generate\`.
${stringify({
  apiVersion: 'kustomize.config.k8s.io/v1alpha1',
  kind: 'Component',
  patches: [{ target: { kind: 'Deployment' }, patch: stringify(patch) }],
})}`;
};

/** Settings of machines, by path from the root of the repository. */
export const hostFiles: Readonly<Record<string, () => string>> = {
  [`${FOLDER}/pmcp-host.sh`]: hostScript,
  [`${FOLDER}/pmcp-server.service`]: systemdUnit,
  [`${FOLDER}/component/kustomization.yaml`]: component,
};
