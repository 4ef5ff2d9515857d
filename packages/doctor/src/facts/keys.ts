import { listAt, type Manifest, valueAt } from './manifests.js';

export type Keyed = 'Secret' | 'ConfigMap';

/** An object that has, or makes, a Secret or a ConfigMap. */
interface Source {
  readonly title: string;
  /** Undefined where others add to them. */
  readonly keys: readonly string[] | undefined;
}

export interface Keys {
  readonly keys: readonly string[];
  /** `ExternalSecret notes` */
  readonly from: readonly string[];
}

/** Returns the keys of a Secret or a ConfigMap; undefined where the manifests do not tell them all. */
export function keysOf(kind: Keyed, name: string | undefined, all: readonly Manifest[]): Keys | undefined {
  if (name === undefined || all.some((one) => isGenerated(kind, name, one))) return undefined;
  const sources = all.flatMap((one) => sourceOf(kind, name, one) ?? []);
  const keys = sources.flatMap((source) => source.keys ?? []);
  if (keys.length === 0 || sources.some((source) => source.keys === undefined)) return undefined;
  return { keys, from: sources.map(({ title }) => title) };
}

/** Tells whether one of the manifests has, or makes, this Secret. */
export function isMade(name: string, all: readonly Manifest[]): boolean {
  return all.some((one) => sourceOf('Secret', name, one) !== undefined);
}

function isGenerated(kind: Keyed, name: string, { content }: Manifest): boolean {
  const generators = content[kind === 'Secret' ? 'secretGenerator' : 'configMapGenerator'];
  return Array.isArray(generators) && generators.some((one) => one?.name === name);
}

function sourceOf(kind: Keyed, name: string, one: Manifest): Source | undefined {
  const title = `${one.kind} ${one.name}`;
  if (one.kind === kind) return one.name === name ? { title, keys: ownKeys(one) } : undefined;
  const made = kind === 'Secret' ? MAKERS[one.kind]?.(spec(one)) : undefined;
  return made === undefined || (made.name ?? one.name) !== name ? undefined : { title, keys: made.keys };
}

/** One without any key, or with notes of others, is filled later by somebody else. */
function ownKeys({ content }: Manifest): string[] | undefined {
  const keys = [content.data, content.stringData, content.binaryData].flatMap(namesIn);
  const notes = namesIn(valueAt(content, ['metadata', 'annotations']));
  return keys.length === 0 || notes.length > 0 ? undefined : keys;
}

type Spec = Readonly<Record<string, unknown>>;

function spec({ content }: Manifest): Spec {
  return (content.spec ?? {}) as Spec;
}

function namesIn(value: unknown): string[] {
  return Object.keys((value ?? {}) as object);
}

interface Made {
  /** The name of the object if it is not that of the maker. */
  readonly name: string | undefined;
  readonly keys: readonly string[] | undefined;
}

/** What makes Secrets, by its kind. */
const MAKERS: Readonly<Record<string, (spec: Spec) => Made>> = {
  ExternalSecret: (given) => {
    const target = (given.target ?? {}) as Spec;
    const template = (target.template ?? {}) as Spec;
    const isOpen =
      given.dataFrom !== undefined ||
      target.creationPolicy === 'Merge' ||
      template.templateFrom !== undefined;
    const read = listAt<Spec>(given, ['data']).flatMap(
      ({ secretKey }) => (secretKey as string | undefined) ?? [],
    );
    const written = namesIn(template.data);
    const isAdded = written.length === 0 || template.mergePolicy === 'Merge';
    return { name: textOf(target.name), keys: isOpen ? undefined : [...written, ...(isAdded ? read : [])] };
  },
  SealedSecret: (given) => {
    const { metadata = {}, data } = (given.template ?? {}) as {
      readonly metadata?: Spec;
      readonly data?: unknown;
    };
    return { name: textOf(metadata.name), keys: [...namesIn(given.encryptedData), ...namesIn(data)] };
  },
  Certificate: (given) => ({
    name: textOf(given.secretName),
    keys:
      given.additionalOutputFormats === undefined && given.keystores === undefined
        ? ['tls.crt', 'tls.key', 'ca.crt']
        : undefined,
  }),
};

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
