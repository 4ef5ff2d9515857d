import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertmanagerConfig } from '../../alerts/alertmanager.js';
import { toYaml } from '../../prometheus/yaml.js';
import { freePort } from '../../scripts/free-port.js';
import type { Children } from '../../scripts/start/children.js';
import { requireTool } from '../../scripts/tools/index.js';
import { temporaryFolder } from '../fixtures/temporary-folder.js';
import { ALERTMANAGER } from './alerting.js';
import { until } from './until.js';

const url = 'http://127.0.0.1:9/';
/** The shipped configuration, with receivers that nobody hears. */
export const CALM = toYaml(
  alertmanagerConfig({ receivers: { webhook: { url }, deadMansSwitch: { url } }, scale: 1, templates: [] }),
);

/** What it answers as soon as it is ready, also to somebody without its credentials, or who does not speak TLS. */
const READY = [200, 400, 401];

/**
 * A real Alertmanager, maybe below a path such as `/am`.
 * @param web its TLS and credentials, as its `--web.config.file` has them
 */
export async function startedAlertmanager(
  children: Children,
  config: string,
  path = '',
  web: object = {},
): Promise<URL> {
  const folder = temporaryFolder('alertmanager');
  const file = join(folder, 'alertmanager.yaml');
  writeFileSync(file, config);
  const webFile = join(folder, 'web.yaml');
  writeFileSync(webFile, toYaml(web));
  const address = `127.0.0.1:${await freePort()}`;
  const { path: program } = await requireTool('alertmanager', ALERTMANAGER);
  children.start(
    'alertmanager',
    program,
    [
      `--config.file=${file}`,
      `--storage.path=${folder}`,
      `--web.config.file=${webFile}`,
      '--cluster.listen-address=',
      `--web.listen-address=${address}`,
      ...(path === '' ? [] : [`--web.route-prefix=${path}`, `--web.external-url=http://${address}${path}`]),
    ],
    { stdio: 'ignore' },
  );
  await until(async () => {
    const answer = await fetch(`http://${address}${path}/-/ready`).catch(() => undefined);
    return answer !== undefined && READY.includes(answer.status);
  }, 25_000);
  return new URL(`http://${address}${path}`);
}
