import { randomUUID } from 'node:crypto';
import type { Env } from './validate.js';

/** The source of the telemetry, as attributes of the OpenTelemetry resource conventions. */
export type ResourceAttributes = Readonly<Record<string, string>>;

/** What the server says about itself. The operator can override it. */
interface ServiceInfo {
  readonly name?: unknown;
  readonly version?: unknown;
}

/** One id for each process, the same in every signal. */
const INSTANCE_ID = randomUUID();

/** Set in the pod's manifest through the downward API. */
const KUBERNETES = {
  POD_NAME: 'k8s.pod.name',
  POD_NAMESPACE: 'k8s.namespace.name',
  NODE_NAME: 'k8s.node.name',
} as const;

/** The operator's variables override what the server says. `OTEL_SERVICE_NAME` overrides everything. */
export function resourceAttributes(server: ServiceInfo, env: Env = process.env): ResourceAttributes {
  const attributes: Record<string, string> = {
    'service.name': text(server.name) ?? 'unknown_service:node',
    'service.instance.id': text(env.POD_NAME) ?? INSTANCE_ID,
    ...kubernetes(env),
  };
  const version = text(server.version);
  if (version !== undefined) attributes['service.version'] = version;
  Object.assign(attributes, parseAttributes(env.OTEL_RESOURCE_ATTRIBUTES));
  const name = serviceNameIn(env);
  if (name !== undefined) attributes['service.name'] = name;
  return attributes;
}

/** Returns the service name that the operator set, if there is one. */
export function serviceNameIn(env: Env): string | undefined {
  return text(env.OTEL_SERVICE_NAME) ?? parseAttributes(env.OTEL_RESOURCE_ATTRIBUTES)['service.name'];
}

function kubernetes(env: Env): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [variable, attribute] of Object.entries(KUBERNETES)) {
    const value = text(env[variable]);
    if (value !== undefined) attributes[attribute] = value;
  }
  return attributes;
}

/** Parses `key=value,key=value`, percent-encoded. As the specification requires, one invalid pair discards them all. */
function parseAttributes(list: string | undefined): Record<string, string> {
  const pairs = (list ?? '').split(',').filter((pair) => pair.trim() !== '');
  try {
    // An empty value counts as not set, and overrides nothing.
    return Object.fromEntries(pairs.map(parsePair).filter(([, value]) => value !== ''));
  } catch {
    return {};
  }
}

function parsePair(pair: string): [string, string] {
  const [key = '', ...value] = pair.split('=');
  if (key.trim() === '' || value.length === 0) throw new SyntaxError(pair);
  return [decodeURIComponent(key.trim()), decodeURIComponent(value.join('=').trim())];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
