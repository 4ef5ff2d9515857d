import { ENTRIES, type Export, exportsOf } from './exports.js';
import { membersOfDeclared, type PlacedMember } from './members.js';
import type { Declared } from './source.js';

/** docs/reference/api.md: every public export, from the types and their comments. */
export function apiPage(): string {
  return `# API

<!-- Generated from the exports of the packages by \`npm run generate\`. -->

Everything that you can import. \`import '@pmcp/observability/register'\` has no exports: it [observes every server](../servers.md) of the process.
\`@pmcp/otlp\` has no API for you: install it, and the toolkit loads it. Neither has \`@pmcp/doctor\`: it is a [command](../doctor.md).

${(Object.keys(ENTRIES) as (keyof typeof ENTRIES)[]).map(section).join('\n\n')}
`;
}

function section(entry: keyof typeof ENTRIES): string {
  const sorted = exportsOf(entry).sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  return [`## ${entry}`, ...sorted.map(described)].join('\n\n');
}

/** Sorts functions first, since most readers look for them. */
function rank({ declared: { node } }: Export): number {
  return node.type === 'FunctionDeclaration' || node.type === 'VariableDeclaration' ? 0 : 1;
}

function described({ name, declared }: Export): string {
  const { text, params, returns, throws, examples } = declared.doc;
  // Only examples are marked as \`ts\` and compiled.
  const signature = `\`\`\`typescript\n${signatureOf(declared)}\n\`\`\``;
  return [
    `### \`${name}\``,
    text,
    signature,
    membersList(declared),
    [
      ...params.map((param) => `- \`${param.name}\`: ${param.text}`),
      ...(returns ? [`- Returns ${returns}`] : []),
      ...(throws ? [`- Throws ${throws}`] : []),
    ].join('\n'),
    ...examples.map((code) => `\`\`\`ts\n${code}\n\`\`\``),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/**
 * Returns what a reader needs to call or write it,
 * without function bodies and without the members in the list below.
 */
function signatureOf({ source, node }: Declared): string {
  if (node.type === 'FunctionDeclaration')
    return source.textOf({ start: node.start, end: node.body?.start ?? node.end });
  if (node.type === 'TSTypeAliasDeclaration') return source.textOf(node).replaceAll(/\n\s*(?=[};])/g, '\n');
  const name = node.type === 'VariableDeclaration' ? undefined : node.id?.name;
  if (node.type === 'VariableDeclaration') return `const ${source.textOf(node.declarations[0]!.id)}`;
  return `${node.type === 'ClassDeclaration' ? 'class' : 'interface'} ${name}`;
}

function membersList(declared: Declared): string {
  if (declared.node.type === 'FunctionDeclaration' || declared.node.type === 'VariableDeclaration') return '';
  if ('id' in declared.node && declared.node.id?.name === 'Options') return 'See [all options](options.md).';
  const all = declared.node.type === 'TSTypeAliasDeclaration' ? [] : (membersOfDeclared(declared) ?? []);
  return all.map(member).join('\n');
}

function member({ text, doc }: PlacedMember): string {
  const fallback = doc.fallback ? ` Default: ${doc.fallback}` : '';
  const meaning = `${doc.text.replaceAll('\n\n', ' ')}${fallback}`.trim();
  return `- \`${text.replace(/^readonly /, '').replaceAll(/\s+/g, ' ')}\`${meaning ? `: ${meaning}` : ''}`;
}
