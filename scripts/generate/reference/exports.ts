import { join } from 'node:path';
import { type Declared, Source } from './source.js';

const PACKAGES = join(import.meta.dirname, '../../../packages');

/**
 * The files that users import, by their import name.
 * `@pmcp/otlp` is missing, because only the toolkit loads it.
 */
export const ENTRIES = {
  '@pmcp/observability': 'observability/src/index.ts',
  '@pmcp/observability/catalog': 'observability/src/catalog.ts',
  '@pmcp/viewer': 'viewer/src/index.ts',
} as const;

export interface Export {
  /** The name that users write, such as `checks.disk`. */
  readonly name: string;
  readonly declared: Declared;
}

/** Returns the exports of an entry. A namespace is replaced by its members. */
export function exportsOf(entry: keyof typeof ENTRIES): Export[] {
  return exported(Source.of(join(PACKAGES, ENTRIES[entry])), '');
}

function exported(source: Source, prefix: string): Export[] {
  return source.body.flatMap((statement) => {
    if (statement.type === 'ExportAllDeclaration') {
      const inner = source.imported(statement.source.value);
      const name = statement.exported?.type === 'Identifier' ? statement.exported.name : undefined;
      return inner ? exported(inner, name === undefined ? prefix : `${prefix}${name}.`) : [];
    }
    if (statement.type !== 'ExportNamedDeclaration') return [];
    if (statement.declaration) return found(source, prefix, [...namesIn(statement.declaration)]);
    const from = statement.source ? source.imported(statement.source.value) : source;
    const names = statement.specifiers.flatMap(({ local }) =>
      local.type === 'Identifier' ? [local.name] : [],
    );
    return from ? found(from, prefix, names) : [];
  });
}

function* namesIn(declaration: object): Generator<string> {
  if ('declarations' in declaration) {
    for (const { id } of declaration.declarations as { id: { name: string } }[]) yield id.name;
  } else if ('id' in declaration) yield (declaration.id as { name: string }).name;
}

function found(source: Source, prefix: string, names: readonly string[]): Export[] {
  return names.map((name) => {
    const declared = source.declared(name);
    if (declared === undefined) throw new Error(`Expected ${source.path} to declare or import ${name}`);
    return { name: prefix + name, declared };
  });
}
