import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Way, Workplace } from '../install.js';
import type { Product } from '../programs.js';
import { type Progress, withHeartbeat } from '../progress.js';
import { run } from '../run.js';

interface Package {
  readonly name: string;
  /** The programs in the package that run without the rest of it, by the name that we give them. */
  readonly programs?: Readonly<Record<string, string>>;
}

const PACKAGES: Readonly<Partial<Record<Product, Package>>> = {
  prometheus: {
    name: 'prometheus',
    programs: { prometheus: 'usr/bin/prometheus', promtool: 'usr/bin/promtool' },
  },
  alertmanager: {
    name: 'prometheus-alertmanager',
    programs: { alertmanager: 'usr/bin/prometheus-alertmanager', amtool: 'usr/bin/amtool' },
  },
  pushgateway: {
    name: 'prometheus-pushgateway',
    programs: { pushgateway: 'usr/bin/prometheus-pushgateway' },
  },
  redis: { name: 'redis-server' },
  postgresql: { name: 'postgresql' },
  redis_exporter: exporter('redis'),
  postgres_exporter: exporter('postgres'),
  node_exporter: exporter('node'),
  blackbox_exporter: exporter('blackbox'),
  chromium: { name: 'chromium' },
  etcd: { name: 'etcd-server', programs: { etcd: 'usr/bin/etcd' } },
};

function exporter(of: string): Package {
  const name = `prometheus-${of}-exporter`;
  return { name, programs: { [`${of}_exporter`]: `usr/bin/${name}` } };
}

/**
 * Uses packages of Debian or a derivative:
 * unpacks them if that is enough, else installs them without a service.
 */
export const debianWay: Way = async ({ product }, workplace, progress) => {
  const found = PACKAGES[product];
  if (found === undefined) throw new Error(`Debian has no ${product}`);
  const { name, programs } = found;
  if (programs) await unpack(name, programs, workplace, progress);
  else await install(name, progress);
};

async function unpack(
  name: string,
  programs: Readonly<Record<string, string>>,
  { scratch, programs: target }: Workplace,
  progress: Progress,
): Promise<void> {
  await download(name, scratch, progress);
  const file = (await readdir(scratch)).find((entry) => entry.endsWith('.deb'));
  if (file === undefined) throw new Error(`apt-get brought no package ${name}`);
  const root = join(scratch, 'root');
  await run('dpkg-deb', ['-x', join(scratch, file), root]);
  for (const [program, path] of Object.entries(programs)) {
    await rename(join(root, path), join(target, program));
  }
}

/**
 * Downloads a package. New systems, mostly containers,
 * have no package lists, and old lists name removed packages.
 */
async function download(name: string, scratch: string, progress: Progress): Promise<void> {
  const once = () => run('apt-get', ['download', '-o=APT::Sandbox::User=root', name], { cwd: scratch });
  progress(`downloading the package ${name}`);
  try {
    await once();
  } catch (error) {
    if (!isRoot()) throw error;
    progress('updating the package lists');
    await run('apt-get', ['update']);
    await once();
  }
}

async function install(name: string, progress: Progress): Promise<void> {
  await run('apt-get', ['--version']);
  if (!isRoot()) throw new Error(`only root may do \`apt-get install ${name}\``);
  progress(`installing the package ${name}`);
  const installing = run('sh', [join(import.meta.dirname, 'apt-install.sh'), name]);
  await withHeartbeat(progress, 'still installing', installing);
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
