import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../scripts/free-port.js';
import type { Children } from '../../scripts/start/children.js';
import { temporaryFolder } from '../fixtures/temporary-folder.js';
import { until } from './until.js';

/** The path of nginx, from where distributions install it. Undefined if it is not installed. */
export const NGINX = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/bin/nginx'].find(
  (path) => spawnSync(path, ['-v']).status === 0,
);

interface Asked {
  /** The content of `server { … }` in addition to `listen`. */
  readonly server: string;
  /** Content next to the server: upstreams, logs. */
  readonly http?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly listen?: (port: number) => string;
}

/** Starts a real nginx on a free port of loopback. */
export async function startNginx(
  children: Children,
  { server, http = '', files = {}, listen = (port) => `127.0.0.1:${port}` }: Asked,
): Promise<{ readonly port: number; readonly folder: string }> {
  const folder = temporaryFolder('nginx');
  const port = await freePort();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(join(folder, name));
  const temporary = ['proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    join(folder, 'nginx.conf'),
    `user root; daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
     http {
       access_log off; client_body_temp_path ${folder}/body; ${temporary.join(' ')}
       ${http}
       server { listen ${listen(port)}; ${server.replaceAll('FOLDER', folder)} }
     }`,
  );
  children.start(
    'nginx',
    NGINX!,
    ['-c', join(folder, 'nginx.conf'), '-p', folder, '-e', join(folder, 'error.log')],
    {
      stdio: 'ignore',
    },
  );
  await until(() =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      (error) => error.cause?.code !== 'ECONNREFUSED',
    ),
  );
  return { port, folder };
}
