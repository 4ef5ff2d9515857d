import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Returns the completions that bash offers after a command line, with this completion script. */
export async function completedByBash(script: string, line: string): Promise<string[]> {
  const words = `pmcp-observability ${line}`.split(' ');
  const program = `${script}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}
_pmcp_observability; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)('bash', ['-c', program]);
  return stdout.trim().split('\n');
}
