export type Content = Readonly<Record<string, unknown>>;

/** By what items of a list are told apart, as the schema of the API says. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  ports: ['containerPort', 'port'],
};

/** Merges a part of an object into it, as a strategic merge patch does. */
export function merged(object: Content, patch: Content): Content {
  const { $patch, ...changes } = patch;
  if ($patch === 'replace') return changes;
  if ($patch === 'delete') return { ...object, $patch };
  const result: Record<string, unknown> = { ...object };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || (isObject(value) && value.$patch === 'delete')) delete result[name];
    else result[name] = mergedValue(result[name], value, name);
  }
  return result;
}

function mergedValue(value: unknown, patch: unknown, name: string): unknown {
  if (isObject(value) && isObject(patch)) return merged(value, patch);
  const key = KEYS[name]?.find((one) => isListWith(value, one) && isListWith(patch, one));
  return key === undefined ? patch : mergedList(value as Content[], patch as Content[], key);
}

function mergedList(items: readonly Content[], patches: readonly Content[], key: string): Content[] {
  const result = [...items];
  for (const patch of patches) {
    const at = result.findIndex((item) => item[key] === patch[key]);
    if (patch.$patch === 'delete') {
      if (at >= 0) result.splice(at, 1);
    } else if (at < 0) result.push(patch);
    else result[at] = merged(result[at]!, patch);
  }
  return result;
}

export interface Operation {
  readonly op?: string;
  readonly path?: string;
  readonly value?: unknown;
}

/** Whether it is one that `operated` does; a test changes nothing. */
export function isKnown({ op = '' }: Operation): boolean {
  return ['add', 'replace', 'remove', 'test'].includes(op);
}

/** Does what a JSON patch (RFC 6902) says, as far as it sets and removes. */
export function operated(object: Content, operations: readonly Operation[]): Content {
  const result = structuredClone(object);
  for (const { op, path = '', value } of operations) {
    const parts = path
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = parts.pop();
    const parent = parts.reduce<unknown>((at, part) => (at as Content | null | undefined)?.[part], result);
    if (last === undefined || typeof parent !== 'object' || parent === null) continue;
    if (op === 'remove') removed(parent, last);
    else if (op === 'add' || op === 'replace') set(parent, last, value, op === 'add');
  }
  return result;
}

function removed(parent: object, key: string): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete (parent as Record<string, unknown>)[key];
}

function set(parent: object, key: string, value: unknown, isAdded: boolean): void {
  if (!Array.isArray(parent)) (parent as Record<string, unknown>)[key] = value;
  else if (key === '-') parent.push(value);
  else parent.splice(Number(key), isAdded ? 0 : 1, value);
}

function isObject(value: unknown): value is Content {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListWith(value: unknown, key: string): boolean {
  return Array.isArray(value) && value.every((item) => isObject(item) && item[key] !== undefined);
}
