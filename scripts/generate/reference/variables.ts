import { COMMANDS } from '../../../packages/observability/src/cli/commands.js';
import { envName } from '../../../packages/observability/src/cli/flags.js';
import { VARIABLES } from '../../../packages/observability/src/variables.js';
import { commandLink, helpOnPage } from './cli.js';
import { optionLink, options } from './options.js';
import { OTEL_VARIABLES } from './otel-variables.js';

/** docs/reference/variables.md: each environment variable with its own address, and what it sets. */
export function variablesPage(): string {
  return `# Environment variables

<!-- Generated from packages/observability/src by \`npm run generate\`. -->

Set these for the process of your server, or for a command of \`pmcp-observability\`. An [option](options.md) of the library, or a
[flag](cli.md) of a command, wins over its variable. An empty variable counts as not set. A bad value stops the start. The message says what was
expected and what came. A variable that nobody reads, and that looks like one of these, is a [warning](../errors.md#pmcp_w_unknown_variable).

## Variables of the toolkit

${VARIABLES.map((name) => own(`PMCP_${name}`)).join('\n\n')}

### \`RUST_LOG\`

${uses('RUST_LOG').join('\n')}

## Variables of OpenTelemetry

These have the meaning and the defaults of the OpenTelemetry specification. The SDK of OpenTelemetry, in \`@pmcp/otlp\`, reads more of them.

${Object.entries(OTEL_VARIABLES)
  .map(([name, meaning]) =>
    [`### \`${name}\``, meaning, ...[uses(name).join('\n')].filter(Boolean)].join('\n\n'),
  )
  .join('\n\n')}
`;
}

function own(name: string): string {
  const lines = uses(name);
  if (lines.length === 0) throw new Error(`Expected an option or a flag that ${name} sets`);
  return `### \`${name}\`\n\n${lines.join('\n')}`;
}

/** Returns one line for each option and each flag that a variable sets. */
function uses(name: string): string[] {
  const set = options().filter(({ variables }) => variables.includes(name));
  const flags = COMMANDS.flatMap((command) =>
    Object.entries(command.flags)
      .filter(([key]) => envName(key) === name)
      .map(([, { help }]) => ({ help, command: command.name })),
  );
  const helps = [...new Set(flags.map(({ help }) => help))];
  return [
    ...set.map(
      ({ path, text, fallback }) => `- Option ${optionLink(path)}: ${text} ${defaultWithout(name, fallback)}`,
    ),
    ...helps.map((help) => {
      const takers = flags.filter((flag) => flag.help === help).map(({ command }) => commandLink(command));
      return `- For ${takers.join(', ')}: ${helpOnPage(help)}.`;
    }),
  ];
}

/**
 * Returns the default that applies if the variable is not set.
 * The variable's own name is left out below its heading.
 */
function defaultWithout(name: string, fallback: string): string {
  if (fallback === `\`${name}\`.`) return '';
  const [, own = '', rest = ''] = /^`(\w+)`(?:, separated by commas)?, else (.*)$/.exec(fallback) ?? [];
  return `Default: ${own === name ? rest : fallback}`;
}
