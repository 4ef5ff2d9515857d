import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Document, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { CannotRun, type Place } from '../check.js';
import type { Fact } from '../context.js';
import { isKustomization, partsOf } from './kustomization.js';
import type { Manifest, Path } from './manifest.js';

export type { Manifest, Path } from './manifest.js';

export interface Manifests {
  readonly all: readonly Manifest[];
  /** Files that are not valid YAML, such as Helm templates. */
  readonly unreadable: readonly { readonly where: Place; readonly reason: string }[];
}

/** Its kind may be left out. */
const KUSTOMIZATION = /(^|\/)kustomization\.ya?ml$/;
const IGNORED = /(^|\/)(node_modules|\.git|charts|templates)\//;

export const manifests: Fact<Manifests> = async ({ settings: { manifests: root } }) => {
  if (root === undefined) throw new CannotRun('it needs --manifests');
  if (root === STDIN && process.stdin.isTTY)
    throw new CannotRun(
      'nothing is piped to it: kubectl kustomize FOLDER | pmcp-observability doctor --manifests -',
    );
  const read = withParts(root === STDIN ? [root] : filesOf(root));
  return {
    all: read.flatMap(({ objects }) => objects),
    unreadable: read.flatMap(({ fault }) => (fault ? [fault] : [])),
  };
};

/** By this a Compose file takes away what another one has. */
const RESET = { tag: '!reset', resolve: () => null };

/** What stands for the standard input. */
const STDIN = '-';
const STDIN_SHOWN = 'stdin';

function shown(file: string): string {
  return file === STDIN ? STDIN_SHOWN : file;
}

/** Reads files, and those that a kustomization among them puts together, as that of an overlay does with its base. */
function withParts(files: readonly string[]): Read[] {
  const known = new Set(files.map((file) => resolve(file)));
  const read = files.map(readFile);
  for (const { objects } of read)
    for (const part of objects.filter(isKustomization).flatMap(partsOf)) {
      const more = filesAt(part).filter((file) => !known.has(resolve(file)));
      for (const file of more) known.add(resolve(file));
      read.push(...more.map(readFile));
    }
  return read;
}

/** Returns a file, or the kustomization of a folder; none where nothing is there. */
function filesAt(part: string): string[] {
  const found = statSync(part, { throwIfNoEntry: false });
  const all = found?.isDirectory() ? readdirSync(part).filter((name) => KUSTOMIZATION.test(name)) : undefined;
  return (all?.map((name) => join(part, name)) ?? (found === undefined ? [] : [part])).map((file) =>
    relative('', file),
  );
}

function filesOf(root: string): string[] {
  try {
    if (statSync(root).isFile()) return [root];
    return readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.ya?ml$/.test(path) && !IGNORED.test(path))
      .sort()
      .map((path) => join(root, path));
  } catch (error) {
    throw new CannotRun(`can't read ${root}: ${(error as Error).message}`);
  }
}

interface Read {
  readonly objects: readonly Manifest[];
  readonly fault?: Manifests['unreadable'][number];
}

function readFile(file: string): Read {
  const lines = new LineCounter();
  const documents = parseAllDocuments(readFileSync(file === STDIN ? 0 : file, 'utf8'), {
    lineCounter: lines,
    merge: true,
    customTags: [RESET],
  });
  const error = documents.flatMap(({ errors }) => errors)[0];
  if (error) {
    const where = { file: shown(file), line: lines.linePos(error.pos[0]).line };
    return { objects: [], fault: { where, reason: error.message.split('\n')[0] ?? '' } };
  }
  return { objects: documents.flatMap((document, i) => objectsOf(file, i, document as Document, lines)) };
}

/** Returns the objects of a document. A `List` stands for its items. */
function objectsOf(
  file: string,
  index: number,
  document: Document,
  lines: LineCounter,
  path: Path = [],
): Manifest[] {
  const content: unknown = path.length === 0 ? document.toJS() : valueAt(document.toJS(), path);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return [];
  const { metadata, services, items, ...rest } = content as Readonly<Record<string, unknown>>;
  const kind = rest.kind ?? (KUSTOMIZATION.test(file) ? 'Kustomization' : undefined);
  if (kind === 'List' && Array.isArray(items))
    return items.flatMap((_, i) => objectsOf(file, index, document, lines, [...path, 'items', i]));
  const isCompose = kind === undefined && typeof services === 'object' && services !== null;
  if (typeof kind !== 'string' && !isCompose) return [];
  return [
    {
      file,
      kind: isCompose ? 'Compose' : (kind as string),
      name: String((metadata as { readonly name?: unknown } | undefined)?.name ?? ''),
      content: content as Readonly<Record<string, unknown>>,
      at: (inner = []) => ({ file: shown(file), line: lineOf(document, lines, [...path, ...inner]) }),
      plainAt: (inner) => plainText(document, [...path, ...inner]),
      edit: (inner, value) =>
        file === STDIN ? undefined : { file, document: index, path: [...path, ...inner], value },
    },
  ];
}

function plainText(document: Document, path: Path): string | undefined {
  const node: unknown = document.getIn(path, true);
  return isScalar(node) && node.type === 'PLAIN' ? node.source : undefined;
}

/** Returns the line of the innermost part of the path that exists. */
function lineOf(document: Document, lines: LineCounter, path: Path): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const { range } = (node ?? {}) as { readonly range?: readonly [number, number, number] | null };
    if (range) return lines.linePos(range[0]).line;
  }
  return undefined;
}

/** Returns the list at a path, or an empty one if there is none. */
export function listAt<T = unknown>(content: unknown, path: Path): readonly T[] {
  const list = valueAt(content, path);
  return Array.isArray(list) ? list : [];
}

/** Returns the value at a path, or undefined if there is none. */
export function valueAt(content: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Readonly<Record<string | number, unknown>> | null | undefined)?.[key],
    content,
  );
}
