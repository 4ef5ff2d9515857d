import { randomUUID } from 'node:crypto';
import type { Env } from './validate.js';

/** Who the telemetry is about, as attributes of the OpenTelemetry resource conventions. */
export type ResourceAttributes = Readonly<Record<string, string>>;

/** What is told of itself by the server, and may be overridden by the operator. */
interface ServiceInfo {
  readonly name?: unknown;
  readonly version?: unknown;
}

/** One for the life of the process, in every signal. */
const INSTANCE_ID = randomUUID();

/** Set by the pod's manifest through the downward API. */
const KUBERNETES = {
  POD_NAME: 'k8s.pod.name',
  POD_NAMESPACE: 'k8s.namespace.name',
  NODE_NAME: 'k8s.node.name',
} as const;

/** The operator's variables win over what the server says, and `OTEL_SERVICE_NAME` over all. */
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

/** The name that the operator gave to the service, if there is one. */
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

/** `key=value,key=value`, percent-encoded; as the specification asks, one that can't be read drops them all. */
function parseAttributes(list: string | undefined): Record<string, string> {
  const pairs = (list ?? '').split(',').filter((pair) => pair.trim() !== '');
  try {
    // What is empty counts as not given, and takes nothing's place.
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
