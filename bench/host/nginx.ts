import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../scripts/free-port.js';

export interface Nginx {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Starts a real nginx that keeps its connections to a server for a minute, as is its default. */
export async function startNginx(upstream: number): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
  const port = await freePort();
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    join(folder, 'nginx.conf'),
    `user root; daemon off; pid ${folder}/pid; events {}
     http {
       access_log off; ${paths.join(' ')}
       upstream mcp { server 127.0.0.1:${upstream}; keepalive 200; keepalive_timeout 60s; }
       server {
         listen 127.0.0.1:${port}; keepalive_timeout 600s;
         location / {
           proxy_pass http://mcp; proxy_http_version 1.1; proxy_set_header Connection '';
           proxy_buffering off; proxy_next_upstream error;
         }
       }
     }`,
  );
  const log = join(folder, 'error.log');
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder, '-e', log], {
    stdio: 'ignore',
  });
  const gone = once(child, 'exit');
  while (!(await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined))) await wait(50);
  const stop = async () => {
    child.kill();
    await gone;
    rmSync(folder, { recursive: true });
  };
  return { port, stop };
}
