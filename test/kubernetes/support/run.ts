import { spawn } from 'node:child_process';
import { requireTool } from '../../../scripts/tools/index.js';
import type { ToolName } from '../../../scripts/tools/programs.js';

export interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a tool to its end, in the root of the repository. */
export async function said(
  tool: ToolName,
  args: readonly string[],
  { input = '', env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Said> {
  const { path } = await requireTool(tool);
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { env: { ...process.env, ...env } });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (data) => out.push(data));
    child.stderr.on('data', (data) => err.push(data));
    child.on('error', reject);
    child.on('close', (status) =>
      resolve({ status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
    // A tool can end before it has read all. Its status says whether that is a fault.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** Returns what a tool prints, and fails if it fails or warns. */
export async function output(...[tool, args, options]: Parameters<typeof said>): Promise<string> {
  const { status, stdout, stderr } = await said(tool, args, options);
  if (status !== 0 || stderr !== '')
    throw new Error(
      `Expected \`${tool} ${args.join(' ')}\` to run without a warning, got ${status}: ${stderr}${stdout}`,
    );
  return stdout;
}
