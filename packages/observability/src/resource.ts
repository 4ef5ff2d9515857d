import { randomUUID } from 'node:crypto';

/** What every signal says of the process that sent it, under the names of the OpenTelemetry conventions. */
export type ResourceAttributes = Readonly<Record<string, string>>;

/** What the application says of itself; the environment goes before it. */
export interface ServiceInfo {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** All toolkits and signals of a process are one instance. */
const INSTANCE_ID = randomUUID();
/** What the specification has for a service that nobody named. */
const UNKNOWN_SERVICE = 'unknown_service:node';

/**
 * The resource of this process. `OTEL_SERVICE_NAME` goes before `OTEL_RESOURCE_ATTRIBUTES`, and that before
 * all else. What is empty counts as not given.
 *
 * @param warn told of an `OTEL_RESOURCE_ATTRIBUTES` that can't be read; all of it is left out then
 */
export function resourceAttributes(
  { name, version }: ServiceInfo,
  env: Env = process.env,
  warn: (message: string) => void = () => {},
): ResourceAttributes {
  return {
    ...given({
      'service.name': name || UNKNOWN_SERVICE,
      'service.version': version,
      'service.instance.id': INSTANCE_ID,
      'k8s.pod.name': env.POD_NAME,
      'k8s.namespace.name': env.POD_NAMESPACE,
      'k8s.node.name': env.NODE_NAME,
    }),
    ...given(environmentAttributes(env, warn)),
    ...given({ 'service.name': env.OTEL_SERVICE_NAME }),
  };
}

function given(attributes: Env): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

function environmentAttributes(env: Env, warn: (message: string) => void): Env {
  const text = env.OTEL_RESOURCE_ATTRIBUTES ?? '';
  try {
    return Object.fromEntries(
      text
        .split(',')
        .filter((pair) => pair.trim() !== '')
        .map(parsePair),
    );
  } catch (error) {
    const expected =
      'Expected OTEL_RESOURCE_ATTRIBUTES to be key=value pairs, percent-encoded, between commas';
    warn(`${expected}, got ${(error as Error).message}; none of it is used`);
    return {};
  }
}

function parsePair(pair: string): [string, string] {
  const [key = '', value, ...rest] = pair.split('=');
  if (key.trim() === '' || value === undefined || rest.length > 0) throw new Error(JSON.stringify(pair));
  try {
    return [decodeURIComponent(key.trim()), decodeURIComponent(value.trim())];
  } catch {
    throw new Error(JSON.stringify(pair));
  }
}
