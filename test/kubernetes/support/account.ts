import { readFile, writeFile } from 'node:fs/promises';
import { output } from './run.js';

/** Writes a configuration with which a program is a service account, with its token and its rights only. */
export async function actAs(
  account: string,
  namespace: string,
  kubeconfig: string,
  file: string,
): Promise<string> {
  const args = ['create', 'token', account, `--namespace=${namespace}`, '--duration=2h'];
  const token = await output('kubectl', args, { env: { KUBECONFIG: kubeconfig } });
  const config = JSON.parse(await readFile(kubeconfig, 'utf8')) as { users: object[] };
  config.users = [{ name: 'admin', user: { token: token.trim() } }];
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}
