import { mkdtempSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/free-port.js';
import { Children } from '../../scripts/start/children.js';
import { requireTool } from '../../scripts/tools/index.js';
import { until } from './until.js';

const MEBIBYTES = 4;

/**
 * Mounts a small disk in its own namespace, and becomes node_exporter. This normally reads the mounts of
 * process 1, so it gets another procfs with its own mounts.
 */
const MOUNT_AND_EXPORT = `
  mount -t tmpfs -o size=${MEBIBYTES}m pmcp "$1" &&
  mkdir -p "$1/proc/1" && ln -s /proc/self/mounts "$1/proc/1/mounts" &&
  exec "$2" --web.listen-address="$3" --path.procfs="$1/proc" --collector.disable-defaults --collector.filesystem
`;

/** A small disk, and a node_exporter that watches it. Both are in their own namespace, and end with it. */
export class Disk {
  readonly mountpoint = mkdtempSync(join(tmpdir(), 'pmcp-disk-'));
  private readonly children = new Children(() => {});
  private inside = '';

  /** Returns the address of node_exporter. */
  async start(): Promise<string> {
    const { path } = await requireTool('node_exporter');
    const address = `127.0.0.1:${await freePort()}`;
    const script = ['sh', '-c', MOUNT_AND_EXPORT, 'sh', this.mountpoint, path, address];
    const args = ['--user', '--map-root-user', '--mount', ...script];
    const { pid } = this.children.start('node_exporter', 'unshare', args, { stdio: 'ignore' });
    this.inside = join(`/proc/${pid}/root`, this.mountpoint);
    const shown = async () =>
      (await (await fetch(`http://${address}/metrics`)).text()).includes(this.mountpoint);
    await until(() => shown().catch(() => false));
    return address;
  }

  async fill(): Promise<void> {
    await writeFile(join(this.inside, 'full'), Buffer.alloc((MEBIBYTES - 0.1) * 2 ** 20));
  }

  async empty(): Promise<void> {
    await rm(join(this.inside, 'full'));
  }

  async remove(): Promise<void> {
    await this.children.stop();
    rmSync(this.mountpoint, { recursive: true });
  }
}
