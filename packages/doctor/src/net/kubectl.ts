import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CannotRun } from '../check.js';

/** Milliseconds. A plugin for signing in may have to ask a person. */
const TIMEOUT_MS = 15_000;

export interface Proxied {
  /** Unlike a port, only its owner can open it. */
  readonly socketPath: string;
  stop(): Promise<void>;
}

/**
 * Starts `kubectl proxy`, which reaches the API of a cluster with any sign-in method of kubectl.
 *
 * @throws CannotRun with the error output of kubectl
 */
export async function kubectlProxy(kubeContext: string, kubectl = 'kubectl'): Promise<Proxied> {
  const folder = await mkdtemp(join(tmpdir(), 'pmcp-doctor-'));
  const socketPath = join(folder, 'kube.sock');
  const args = ['proxy', `--context=${kubeContext}`, `--unix-socket=${socketPath}`];
  const child = spawn(kubectl, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill();
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    child.kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await serving(child);
    return { socketPath, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function serving(child: ChildProcess): Promise<void> {
  let [said, errors] = ['', ''];
  return new Promise((resolve, reject) => {
    const failed = (because: string) => reject(new CannotRun(because));
    setTimeout(() => failed(`kubectl does not begin within ${TIMEOUT_MS / 1_000} s`), TIMEOUT_MS).unref();
    child.stdout?.on('data', (text) => {
      said += text;
      if (said.includes('Starting to serve')) resolve();
    });
    child.stderr?.on('data', (text) => {
      errors += text;
    });
    child.once('error', ({ message }) =>
      failed(
        `kubectl can't be started (${message}): install it, or give --kube the URL of the API, with --token-file kube=FILE and --ca FILE`,
      ),
    );
    child.once('close', (code) =>
      failed(`kubectl says: ${errors.trim() || `nothing, and ends with ${code}`}`),
    );
  });
}
