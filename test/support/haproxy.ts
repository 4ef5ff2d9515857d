import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../scripts/free-port.js';
import type { Children } from '../../scripts/start/children.js';
import { temporaryFolder } from '../fixtures/temporary-folder.js';
import { until } from './until.js';

/** The path of HAProxy, from where distributions install it. Undefined if it is not installed. */
export const HAPROXY = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'].find(
  (path) => spawnSync(path, ['-v']).status === 0,
);

/** Starts a real HAProxy on a free port of loopback, in front of one server. */
export async function startHaproxy(children: Children, to: URL, defaults: string): Promise<number> {
  const folder = temporaryFolder('haproxy');
  const port = await freePort();
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(
    file,
    `defaults
  mode http
  timeout connect 2s
  ${defaults.replaceAll('\n', '\n  ')}
listen mcp
  bind 127.0.0.1:${port}
  server a ${to.host}
`,
  );
  children.start('haproxy', HAPROXY!, ['-db', '-f', file], { stdio: 'ignore' });
  const isOpen = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' }, () => resolve(true));
      socket.on('error', () => resolve(false)).on('close', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  await until(isOpen);
  return port;
}
