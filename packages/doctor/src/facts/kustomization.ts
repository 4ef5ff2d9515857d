import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Content, isKnown, merged, type Operation, operated } from './kustomize-patches.js';
import type { Manifest } from './manifest.js';

interface Target {
  readonly kind?: string;
  readonly name?: string;
}

interface Told {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: Target;
}

/** Changes the object that it fits. */
type Patch = (content: Content) => Content;

/** More kustomizations within each other are a circle. */
const DEEPEST = 20;

export function isKustomization({ kind }: Manifest): boolean {
  return kind === 'Kustomization' || kind === 'Component';
}

/** Whether a kustomization sets the namespace of what it makes: those that objects name say nothing then. */
export function isMoved(all: readonly Manifest[]): boolean {
  return all.some(({ kind, content }) => kind === 'Kustomization' && content.namespace !== undefined);
}

/** Returns the files and folders of this machine that a kustomization puts together. */
export function partsOf(kustomization: Manifest): string[] {
  return ['resources', 'bases', 'components'].flatMap((key) => pathsIn(kustomization, key));
}

function pathsIn({ file, content }: Manifest, key: string): string[] {
  return listOf(content[key])
    .filter((one): one is string => typeof one === 'string' && !/:\/\/|\n|\?ref=|^[\w-]+\.\w+\//.test(one))
    .map((one) => resolve(dirname(file), one));
}

/** Returns the files that change objects, and are none. */
function patchFilesOf(kustomization: Manifest): string[] {
  const { file, content } = kustomization;
  const named = [...listOf(content.patches), ...listOf(content.patchesJson6902)].flatMap(
    (one) => (one as Told | null)?.path ?? [],
  );
  return [
    ...named.map((path) => resolve(dirname(file), path)),
    ...pathsIn(kustomization, 'patchesStrategicMerge'),
  ];
}

export function withoutPatches(all: readonly Manifest[]): readonly Manifest[] {
  const patches = new Set(all.filter(isKustomization).flatMap(patchFilesOf));
  return all.filter(({ file }) => !patches.has(resolve(file)));
}

/** Those that no other one includes: each is applied by itself. */
export function rootsIn(all: readonly Manifest[]): Manifest[] {
  const kustomizations = all.filter(isKustomization);
  const included = new Set(kustomizations.flatMap(partsOf));
  return kustomizations.filter(({ file }) => !included.has(resolve(dirname(file))));
}

/** Returns a kustomization with all that it includes. */
export function withinOf(kustomization: Manifest, all: readonly Manifest[], depth = 0): readonly Manifest[] {
  const parts = partsOf(kustomization);
  const within = all.filter((one) => isKustomization(one) && parts.includes(resolve(dirname(one.file))));
  return depth > DEEPEST ? [] : [kustomization, ...within.flatMap((one) => withinOf(one, all, depth + 1))];
}

/** What only kustomize can do, by the keys of a kustomization. */
const OTHER_WAYS = ['replacements', 'transformers', 'vars'];

/** Returns what a kustomization does to objects that is not followed here. */
export function unknownWays({ file, content }: Manifest): string[] {
  const operations = toldIn(content)
    .flatMap((one) => documentsOf(textOf(one, file)))
    .flatMap((patch) => (Array.isArray(patch) ? (patch as readonly Operation[]) : []));
  return [
    ...OTHER_WAYS.filter((key) => listOf(content[key]).length > 0),
    ...operations.filter((one) => !isKnown(one)).map(({ op }) => `a patch with ${op}`),
  ];
}

export function hasPatches({ content }: Manifest): boolean {
  return ['patches', 'patchesJson6902', 'patchesStrategicMerge'].some(
    (key) => listOf(content[key]).length > 0,
  );
}

/** Returns an object as a kustomization makes it; undefined if it does not have it. */
export function built(
  kustomization: Manifest,
  manifest: Manifest,
  all: readonly Manifest[],
  depth = 0,
): Content | undefined {
  const parts = partsOf(kustomization);
  if (depth > DEEPEST) return undefined;
  const within = all.filter(({ file }) => parts.includes(resolve(dirname(file))));
  const content = parts.includes(resolve(manifest.file))
    ? manifest.content
    : within.map((one) => built(one, manifest, all, depth + 1)).find((one) => one !== undefined);
  const components = within.filter(({ kind }) => kind === 'Component');
  const patches = [...components, kustomization].flatMap(patchesOf);
  return content && patches.reduce<Content>((changed, patch) => patch(changed), content);
}

/** Every object of a kustomization goes through its patches, whose files are read once. */
const known = new WeakMap<Manifest, readonly Patch[]>();

function patchesOf(kustomization: Manifest): readonly Patch[] {
  const patches = known.get(kustomization) ?? readPatches(kustomization);
  known.set(kustomization, patches);
  return patches;
}

function readPatches({ file, content }: Manifest): Patch[] {
  const merges = listOf(content.patchesStrategicMerge).map(String);
  const counts = listOf(content.replicas) as readonly { readonly name?: string; readonly count?: number }[];
  return [
    ...toldIn(content).flatMap((one) => patchesIn(textOf(one, file), one.target)),
    ...merges.flatMap((one) => patchesIn(one.includes('\n') ? one : read(resolve(dirname(file), one)))),
    ...counts.map(
      ({ name, count }): Patch =>
        (object) =>
          fits({ name: name ?? '' }, object) ? merged(object, { spec: { replicas: count } }) : object,
    ),
  ];
}

function toldIn(content: Content): readonly Told[] {
  const told = [...listOf(content.patches), ...listOf(content.patchesJson6902)] as readonly (Told | null)[];
  return told.filter((one) => one !== null);
}

function textOf({ path, patch }: Told, file: string): string {
  return patch ?? (path === undefined ? '' : read(resolve(dirname(file), path)));
}

function documentsOf(text: string): unknown[] {
  return parseAllDocuments(text).map((document) =>
    document.errors.length > 0 ? undefined : (document.toJS() as unknown),
  );
}

/** Reads the documents of a patch: lists of operations, or parts of objects. */
function patchesIn(text: string, target?: Target): Patch[] {
  return documentsOf(text).flatMap((patch): Patch[] => {
    if (typeof patch !== 'object' || patch === null) return [];
    if (Array.isArray(patch))
      return [(object) => (fits(target ?? {}, object) ? operated(object, patch) : object)];
    const { kind, metadata } = patch as {
      readonly kind?: string;
      readonly metadata?: { readonly name?: string };
    };
    const meant = target ?? { kind: kind ?? '', name: metadata?.name ?? '' };
    const { metadata: _, ...rest } = patch as Content;
    const change = target === undefined ? (patch as Content) : { ...rest, metadata: withoutName(metadata) };
    return [(object) => (fits(meant, object) ? merged(object, change) : object)];
  });
}

function withoutName(metadata: object | undefined): Content {
  const { name: _, ...rest } = (metadata ?? {}) as Content;
  return rest;
}

/** Kustomize reads both as patterns of the whole. */
function fits({ kind = '', name = '' }: Target, object: Content): boolean {
  const own = (object.metadata as { readonly name?: unknown } | undefined)?.name;
  return isLike(kind, String(object.kind)) && isLike(name, String(own));
}

function isLike(pattern: string, text: string): boolean {
  if (pattern === '') return true;
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return pattern === text;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
