import { didYouMean } from '../suggest.js';
import { type Command, command } from './command.js';
import { UsageError } from './errors.js';
import { flagName } from './flags.js';

const PROGRAM = 'pmcp-observability';

/** The completion script of each shell. */
const SHELLS: Readonly<Record<string, (commands: readonly Command[]) => string>> = { bash, zsh, fish };

/** @param commands called when it runs, since this command is one of them */
export function completionCommand(commands: () => readonly Command[]): Command {
  return command({
    name: 'completion',
    operand: 'SHELL',
    summary:
      'Prints a script that lets bash, zsh or fish complete commands and flags.\nbash, zsh: source <(pmcp-observability completion bash). fish: ... completion fish | source',
    flags: {},
    async run({ operand: shell = '' }) {
      const names = Object.keys(SHELLS);
      const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
      if (script === undefined)
        throw new UsageError(
          shell === '' ? 'PMCP_E_MISSING' : 'PMCP_E_BAD_VALUE',
          `completion needs one of ${names.join(', ')}, got ${JSON.stringify(shell)}${didYouMean(shell, names)}`,
        );
      process.stdout.write(script(commands()));
    },
  });
}

function flagsOf({ flags }: Command): string[] {
  return [...Object.keys(flags).map((key) => `--${flagName(key)}`), '--help'];
}

/** The words that may follow, by the first words. */
function wordsAfter(commands: readonly Command[]): Map<string, string[]> {
  const words = new Map<string, string[]>();
  for (const { name } of commands) {
    const [first = '', second] = name.split(' ');
    words.set('', [...new Set([...(words.get('') ?? []), first])]);
    if (second !== undefined) words.set(first, [...(words.get(first) ?? []), second]);
  }
  return words;
}

function bash(commands: readonly Command[]): string {
  const cases = [
    ...commands.map((one) => [`"${one.name} "*`, flagsOf(one)] as const),
    ...[...wordsAfter(commands)].map(
      ([first, words]) => [first === '' ? '""' : `"${first} "`, words] as const,
    ),
  ];
  return `_pmcp_observability() {
  local given="\${COMP_WORDS[*]:1:COMP_CWORD-1}" words=''
  case "\${given:+$given }" in
${cases.map(([pattern, words]) => `    ${pattern}) words='${words.join(' ')}' ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _pmcp_observability ${PROGRAM}
`;
}

/** zsh can run the functions of bash. */
function zsh(commands: readonly Command[]): string {
  return `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`;
}

function fish(commands: readonly Command[]): string {
  const line = (condition: string, what: string, help: string) =>
    `complete -c ${PROGRAM} -n '${condition}' ${what} -d '${help.replaceAll("'", "\\'")}'`;
  return [
    ...[...wordsAfter(commands)].flatMap(([first, words]) =>
      words.map((word) =>
        line(
          first === ''
            ? '__fish_use_subcommand'
            : `__fish_seen_subcommand_from ${first}; and not __fish_seen_subcommand_from ${words.join(' ')}`,
          `-f -a ${word}`,
          summaryOf(commands, first === '' ? word : `${first} ${word}`),
        ),
      ),
    ),
    ...commands.flatMap(({ name, flags }) =>
      Object.entries(flags).map(([key, { value, help }]) =>
        line(
          name
            .split(' ')
            .map((word) => `__fish_seen_subcommand_from ${word}`)
            .join('; and '),
          `-l ${flagName(key)}${value === undefined ? '' : ' -r'}`,
          help,
        ),
      ),
    ),
    '',
  ].join('\n');
}

function summaryOf(commands: readonly Command[], words: string): string {
  const summaries = commands
    .filter(({ name }) => `${name} `.startsWith(`${words} `))
    .map(({ summary }) => summary.split('\n')[0] ?? '');
  return summaries.length === 1 ? (summaries[0] ?? '') : `${words}: ${summaries.length} commands`;
}
