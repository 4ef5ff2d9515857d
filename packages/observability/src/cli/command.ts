import type { Options } from '../options.js';
import { envName, type Flags, flagName, type Parsed, type Values } from './flags.js';
import { logLevel, metricsPort, text, toggle } from './values.js';

/** One command of the program, as data for its parser and its help. */
export interface Command<F extends Flags = Flags> {
  /** The words that name it: `proxy stdio`. */
  readonly name: string;
  /** The name of its operand, if it has one. With trailing dots, there may be several. */
  readonly operand?: string;
  /** Whether it runs the command after `--`. */
  readonly runsCommand?: boolean;
  readonly summary: string;
  readonly flags: F;
  /** Flags that only `--help all` lists, so that the help fits on one screen. */
  readonly rareFlags?: readonly (keyof F & string)[];
  /** @throws UsageError */
  readonly run: (parsed: Parsed<F>) => Promise<void>;
}

/** A command without the types of its flags, so that lists can hold different commands. */
export function command<F extends Flags>(definition: Command<F>): Command {
  return definition as unknown as Command;
}

export const configFlag = text('FILE', 'JSON file with the settings above');

export const injectMeta = toggle('add trace context to `params._meta` of requests');

/** The flags of every command that observes. */
export const toolkitFlags = {
  metricsPort,
  metricsHost: text('HOST', 'address of that port (default: loopback)'),
  webConfig: text('FILE', 'TLS and credentials of that port, as for Prometheus'),
  audit: text('FILE', 'audit log: a file, or stderr (default: none)'),
  log: logLevel,
  config: configFlag,
};

/** Returns the toolkit's options among the settings of a command. */
export function toolkitOptions({
  metricsPort: port,
  metricsHost: host,
  webConfig: webConfigFile,
  audit: destination,
  log: level,
}: Values<typeof toolkitFlags>): Options {
  return {
    metrics: {
      ...(port !== undefined && { port }),
      ...(host !== undefined && { host }),
      ...(webConfigFile !== undefined && { webConfigFile }),
    },
    audit: destination === undefined ? {} : { destination },
    log: level === undefined ? {} : { level },
  };
}

/**
 * @param isWhole whether to list rare flags too
 * @param program the words that start the command
 */
export function commandHelp(
  command: Command,
  isWhole: boolean,
  program = `pmcp-observability ${command.name}`,
): string {
  const { operand, runsCommand, summary, flags, rareFlags = [] } = command;
  const usage = [program, '[flags]', operand, runsCommand && '-- COMMAND [ARGUMENT...]'].filter(Boolean);
  const shown = Object.entries(flags).filter(([key]) => isWhole || !rareFlags.includes(key));
  const hidden = Object.keys(flags).length - shown.length;
  const rows = shown.map(([key, { value, help }]) => [
    `--${flagName(key)}${value ? ` ${value}` : ''}`,
    envName(key),
    help,
  ]);
  const more = hidden > 0 ? [`  ${hidden} more flags: ${program} --help all`] : [];
  return [usage.join(' '), '', summary, '', ...columns(rows), ...more, ''].join('\n');
}

export function programHelp(commands: readonly Command[]): string {
  const rows = commands.map(({ name, summary }) => [name, summary.split('\n')[0] ?? '']);
  return [
    'pmcp-observability <command> [flags]',
    '',
    ...columns(rows),
    '',
    '  pmcp-observability <command> --help   says more',
    '  pmcp-observability --version',
    '',
  ].join('\n');
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
}
