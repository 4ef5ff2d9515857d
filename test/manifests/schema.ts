/** A Kubernetes object as it is in its file. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

interface Model {
  validate(): void;
}

/** Returns the faults of an object under the schema of its kind, including fields that the schema does not have. */
export async function faults(object: KubernetesObject): Promise<string[]> {
  const Kind = await findModel(object);
  const seen = new Set<string>();
  try {
    watched(new Kind(object), '', seen).validate();
  } catch (error) {
    return [(error as Error).message];
  }
  return paths(object, '')
    .filter((path) => !seen.has(path))
    .map((path) => `${path} is unknown to ${object.apiVersion} ${object.kind}`);
}

const MODELS: Readonly<Record<string, string>> = {
  'keda.sh': '@kubernetes-models/keda',
  'cert-manager.io': '@kubernetes-models/cert-manager',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

async function findModel({ apiVersion, kind }: KubernetesObject): Promise<new (data: object) => Model> {
  const [group = ''] = apiVersion.split('/');
  const models = MODELS[group] ?? 'kubernetes-models';
  const module = (await import(`${models}/${apiVersion}/${kind}`)) as Record<
    string,
    new (
      data: object,
    ) => Model
  >;
  return module[kind]!;
}

/** The validators accept unknown fields, but they read every field that they know. */
function watched<T extends object>(value: T, path: string, seen: Set<string>): T {
  return new Proxy(value, {
    get(target, key, receiver) {
      const child: unknown = Reflect.get(target, key, receiver);
      if (typeof key !== 'string' || !Object.hasOwn(target, key)) return child;
      seen.add(`${path}/${key}`);
      return isObject(child) ? watched(child, `${path}/${key}`, seen) : child;
    },
  });
}

function paths(value: object, path: string): string[] {
  return Object.entries(value).flatMap(([key, child]) => [
    `${path}/${key}`,
    ...(isObject(child) ? paths(child, `${path}/${key}`) : []),
  ]);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
