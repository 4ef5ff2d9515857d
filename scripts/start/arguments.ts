import { parseArgs } from 'node:util';

export const HELP = `Usage: npm start -- [--duration SECONDS]

Starts the notes server, clients that use it and a Prometheus that watches it,
and shows what the Prometheus knows.

  --duration SECONDS  end after so many seconds, with a final table (1 to 86400)
  --help              show this
`;

export interface Arguments {
  readonly help: boolean;
  /** Undefined: until Ctrl-C. */
  readonly durationMs: number | undefined;
}

/** @throws TypeError with one line that says what is wrong */
export function readArguments(args: readonly string[]): Arguments {
  const options = { duration: { type: 'string' }, help: { type: 'boolean', default: false } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const { duration, help } = values;
  const seconds = duration === undefined ? undefined : Number(duration);
  if (seconds !== undefined && !(seconds >= 1 && seconds <= 86_400)) {
    throw new TypeError(`Expected --duration to be a number of seconds from 1 to 86400, got "${duration}"`);
  }
  return { help, durationMs: seconds && seconds * 1000 };
}
