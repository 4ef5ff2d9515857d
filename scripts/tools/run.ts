import { type ExecFileException, execFile } from 'node:child_process';

interface Options {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/**
 * Runs a program to its end, and returns its output of both streams,
 * since some print their version on stderr.
 */
export function run(file: string, args: readonly string[], options: Options = {}): Promise<string> {
  const { cwd, env, timeoutMs = 0 } = options;
  return new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      { cwd, timeout: timeoutMs, maxBuffer: 64 * 2 ** 20, env: { ...process.env, LC_ALL: 'C', ...env } },
      (error, stdout, stderr) => {
        if (error) reject(new Error(reasonOf(error, file, args, stdout + stderr)));
        else resolve(stdout + stderr);
      },
    );
  });
}

function reasonOf(error: ExecFileException, file: string, args: readonly string[], output: string): string {
  if (error.code === 'ENOENT') return `\`${file}\` is not on the PATH`;
  if (error.killed) return `\`${file} ${args[0]}\` did not end in time`;
  // A program that fails prints the reason last.
  const lastLine = output.trim().split('\n').at(-1)?.trim();
  return `\`${file} ${args[0]}\` failed: ${lastLine || error.message}`;
}
