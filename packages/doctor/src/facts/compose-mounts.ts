import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import type { ComposeService } from './compose.js';

/** What a container of Compose has at a path, and where it is on this machine, if that is told. */
export interface ComposeMount {
  readonly target: string;
  readonly source?: string | undefined;
  /** The source as the file has it. */
  readonly told: string;
}

/** Returns the mounts of a service in all files that are about it; undefined where some are not known. */
export function mountsOf(
  { name }: ComposeService,
  all: readonly ComposeService[],
): readonly ComposeMount[] | undefined {
  const mounts: ComposeMount[] = [];
  for (const service of all) {
    if (service.name !== name) continue;
    const { extends: base, volumes_from: others, volumes = [], tmpfs = [] } = service.spec;
    const own = [
      ...volumes.map(volumeOf(service)),
      ...[tmpfs].flat().map((one) => mountAt(service, one.replace(/:.*/, ''), '')),
      ...configsOf(service),
      ...secretsOf(service),
    ];
    if (base !== undefined || others !== undefined || own.some(({ target }) => target.includes('$')))
      return undefined;
    mounts.push(...own);
  }
  return mounts;
}

type Volume = NonNullable<ComposeService['spec']['volumes']>[number];

function volumeOf(service: ComposeService) {
  return (volume: Volume): ComposeMount => {
    if (typeof volume === 'object') return mountAt(service, volume.target ?? '$', volume.source ?? '');
    const parts = withoutVariables(volume).split(':');
    const [source = ''] = parts;
    // A source of Windows has a colon too.
    const target = parts.slice(1).find((part) => part.startsWith('/')) ?? parts[1] ?? source;
    return mountAt(service, target, parts.length > 1 ? source : '');
  };
}

function mountAt({ at }: ComposeService, target: string, told: string): ComposeMount {
  const isPath = /^(\.{0,2}\/|\.{1,2}$)/.test(told) && !told.includes('$');
  const source = isPath ? resolve(dirname(at().file), told) : undefined;
  return { target: posix.resolve('/', target), source, told };
}

function configsOf(service: ComposeService): ComposeMount[] {
  return (service.spec.configs ?? []).map((one) => {
    const { source = '', target } = typeof one === 'string' ? { source: one } : one;
    return mountAt(service, target ?? `/${source}`, service.configFiles.get(source) ?? '');
  });
}

function secretsOf(service: ComposeService): ComposeMount[] {
  return (service.spec.secrets ?? []).map((one) => {
    const { source = '', target = source } = typeof one === 'string' ? { source: one } : one;
    return mountAt(service, posix.resolve('/run/secrets', target), '');
  });
}

/** The default of a variable has a colon, as have the parts of a volume. */
export function withoutVariables(text: string): string {
  return text.replaceAll(/\$\{[^}]*\}/g, '$');
}

/** Where a file of a container comes from: nothing mounts it, a folder is there without it, or it can be there. */
export type ComposeOrigin =
  | { readonly kind: 'unmounted' }
  | { readonly kind: 'absent'; readonly folder: string; readonly files: readonly string[] }
  | { readonly kind: 'possible'; readonly source?: string | undefined };

export function originIn(path: string, mounts: readonly ComposeMount[]): ComposeOrigin {
  const [nearest] = mounts
    .filter(({ target }) => target === path || path.startsWith(target === '/' ? '/' : `${target}/`))
    .sort((one, other) => other.target.length - one.target.length);
  if (nearest === undefined) return { kind: 'unmounted' };
  const { source, target, told } = nearest;
  if (source === undefined || target === path) return { kind: 'possible', source };
  const file = join(source, posix.relative(target, path));
  const isAbsent = existsSync(source) && !existsSync(file);
  return isAbsent
    ? { kind: 'absent', folder: told, files: filesIn(dirname(file)) }
    : { kind: 'possible', source: file };
}

/** The names of the files of a folder; none if it can't be read. */
export function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
