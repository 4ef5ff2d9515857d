import type { Command } from '../../../packages/observability/src/cli/command.js';
import { COMMANDS } from '../../../packages/observability/src/cli/commands.js';
import { envName, flagName } from '../../../packages/observability/src/cli/flags.js';

/** docs/reference/cli.md: each command and its flags, with the texts of its help. */
export function cliPage(): string {
  return `# Command line

<!-- Generated from packages/observability/src/cli by \`npm run generate\`. -->

\`@pmcp/observability\` has one program, \`pmcp-observability\`. Run it with \`npx\`, or install the package and use its \`bin\`.
\`--help\` after a command lists its flags, \`--version\` prints the version.

A flag wins over its [variable](variables.md), and a variable wins over the file of \`--config\`. The file is a JSON object with the names of the flags,
without dashes in front. The exit code is 2 if the command line is wrong, and 1 if the command fails.

| command | what it does |
| --- | --- |
${COMMANDS.map(({ name, summary }) => `| ${commandLink(name)} | ${summary.split('\n')[0]} |`).join('\n')}

${COMMANDS.map(section).join('\n\n')}
`;
}

/** Returns a link to the description of a command, relative to the folder of the reference. */
export function commandLink(name: string): string {
  return `[\`${name}\`](cli.md#${name.replaceAll(' ', '-')})`;
}

/** The help of a flag on a page, where an address that is only an example must not become a link. */
export function helpOnPage(help: string): string {
  return help.replaceAll(/(?<!`)https?:\/\/\S+/g, '`$&`');
}

function section({ name, operand, runsCommand, summary, flags }: Command): string {
  const usage = ['pmcp-observability', name, '[flags]', operand, runsCommand && '-- COMMAND [ARGUMENT...]'];
  const rows = Object.entries(flags).map(
    ([key, { value, help }]) =>
      `| \`--${flagName(key)}${value ? ` ${value}` : ''}\` | ${variableLink(envName(key))} | ${helpOnPage(help)} |`,
  );
  return `## ${name}

${summary.replaceAll('\n', ' ')}

\`\`\`text
${usage.filter(Boolean).join(' ')}
\`\`\`${rows.length === 0 ? '' : `\n\n| flag | variable | meaning |\n| --- | --- | --- |\n${rows.join('\n')}`}`;
}

function variableLink(name: string): string {
  return `[\`${name}\`](variables.md#${name.toLowerCase()})`;
}
