import { type Container, env, get } from '../manifests/manifests.js';

const containers = get('Deployment', 'sidecar/deployment.yaml').spec?.template?.spec?.containers ?? [];
const proxy = containers.find(({ name }) => name === 'observability') as Container;

/** What the proxy runs with beside a server, where it has to stay below the memory that its container has. */
export const SIDECAR_ENV = { NODE_OPTIONS: env(proxy, 'NODE_OPTIONS')?.value ?? '' };
