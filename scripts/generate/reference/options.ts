import { join } from 'node:path';
import { membersOf, membersOfDeclared, type PlacedMember, typeText } from './members.js';
import { Source } from './source.js';

export const LIBRARY = join(import.meta.dirname, '../../../packages/observability/src');

/** One option of `createObservability`. */
export interface Option {
  /** `metrics.tls.certFile` */
  readonly path: string;
  readonly type: string;
  readonly text: string;
  readonly fallback: string;
  /** The environment variables in its default. */
  readonly variables: readonly string[];
}

/** Returns every option, in the order of the types. */
export function options(): Option[] {
  const declared = Source.of(join(LIBRARY, 'options.ts')).declared('Options');
  return within('', (declared && membersOfDeclared(declared)) ?? []);
}

/** docs/reference/options.md: each option of the library with its own address. */
export function optionsPage(): string {
  const all = options();
  const groups = [...new Set(all.map(({ path }) => path.split('.')[0] ?? ''))];
  return `# Options

<!-- Generated from the types in packages/observability/src by \`npm run generate\`. -->

These are the options of \`createObservability\`. Every option has a default. An option wins over a [variable](variables.md).
A bad option throws a \`TypeError\` at start. It says what was expected and what came.

\`\`\`ts
import { createObservability } from '@pmcp/observability';

const { observe } = createObservability({ metrics: { port: 9464 }, log: { level: 'debug' } });
\`\`\`

${groups.map((group) => section(group, all)).join('\n\n')}
`;
}

/** Returns a link to the description of an option, relative to the folder of the reference. */
export function optionLink(path: string): string {
  return `[\`${path}\`](options.md#${path.replaceAll('.', '').toLowerCase()})`;
}

function section(group: string, all: readonly Option[]): string {
  const own = all.filter(({ path }) => path.startsWith(`${group}.`));
  return [`## ${group}`, ...own.map(entry)].join('\n\n');
}

function entry({ path, type, text, fallback }: Option): string {
  return `### \`${path}\`\n\n${text}\n\n- Type: \`${type}\`\n- Default: ${fallback}`;
}

function within(prefix: string, members: readonly PlacedMember[]): Option[] {
  return members.flatMap((member) => {
    const path = prefix + member.name;
    const inner = membersOf(member.source, member.type) ?? [];
    return inner.length > 0 ? within(`${path}.`, inner) : [option(path, member)];
  });
}

function option(path: string, { source, type, doc: { text, fallback } }: PlacedMember): Option {
  if (text === '' || fallback === undefined)
    throw new Error(`Expected the option ${path} to have a comment with what it means and its default`);
  const variables = [...new Set(`${text} ${fallback}`.match(/\b(?:PMCP|OTEL|RUST)_[A-Z0-9_]+/g) ?? [])];
  return { path, type: typeText(source, type), text, fallback, variables };
}
