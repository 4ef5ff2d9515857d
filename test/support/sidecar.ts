import { type Container, env, get } from '../manifests/manifests.js';

const containers = get('Deployment', 'sidecar/deployment.yaml').spec?.template?.spec?.containers ?? [];
const proxy = containers.find(({ name }) => name === 'observability') as Container;

/** The environment of the proxy as a sidecar, which keeps it below its container's memory limit. */
export const SIDECAR_ENV = { NODE_OPTIONS: env(proxy, 'NODE_OPTIONS')?.value ?? '' };
