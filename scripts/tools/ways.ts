import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Release, Way } from './bundles.js';
import type { Need } from './find.js';

const run = promisify(execFile);

/** Where a firewall swallows packets, waiting longer would not help. */
const CONNECT_TIMEOUT_MS = 5_000;
const DOWNLOAD_TIMEOUT_MS = 300_000;
const GO_MODULE = join(import.meta.dirname, 'go');
/** Only what we test with: the other ways to discover targets pull in every cloud's SDK. */
const GO_TAGS = 'netgo,remove_all_sd,enable_kubernetes_sd,enable_moby_sd';

/** Says why a way can't be gone here; the next one may work. */
export class Unavailable extends Error {}

type Install<W extends Way> = (way: W, folder: string, log: (text: string) => void) => Promise<void>;

/** Puts programs into `folder/bin`, or throws: `Unavailable` when the way is closed, anything else when it failed. */
const INSTALLERS: { readonly [Kind in Way['kind']]: Install<Extract<Way, { kind: Kind }>> } = {
  release: installRelease,
  'unpack-deb': unpackDeb,
  'apt-install': aptInstall,
  'go-build': goBuild,
};

export function install(way: Way, folder: string, log: (text: string) => void): Promise<void> {
  return (INSTALLERS[way.kind] as Install<Way>)(way, folder, log);
}

/** Whether what a way gives can be what is needed, so that no time goes into what can't. */
export function canServe(way: Way, { kubernetesSd, below }: Need): boolean {
  const isOldDebian = way.kind === 'unpack-deb';
  return below ? isOldDebian : !(kubernetesSd && isOldDebian);
}

async function installRelease(
  { release }: { release: Release },
  folder: string,
  log: (text: string) => void,
) {
  const { project, version, sha256 } = release;
  const platform = `${process.platform}-${process.arch}`;
  const expected = sha256[platform];
  if (!expected) throw new Unavailable(`no release of ${project} is pinned for ${platform}`);
  const name = `${project}-${version}.${platform.replace('x64', 'amd64')}`;
  const archive = join(folder, `${name}.tar.gz`);
  log(`downloading ${name}`);
  const url = `https://github.com/prometheus/${project}/releases/download/v${version}/${name}.tar.gz`;
  await download(url, archive, expected);
  await run('tar', ['-xzf', archive, '-C', folder]);
  await rename(join(folder, name), join(folder, 'bin'));
  await rm(archive);
}

/** Downloads a file and refuses it unless it is exactly the one that was pinned. */
export async function download(url: string, path: string, sha256: string): Promise<void> {
  const bytes = await fetchBytes(url);
  const got = createHash('sha256').update(bytes).digest('hex');
  if (got !== sha256)
    throw new Error(`Expected ${url} to have the SHA-256 ${sha256}, got ${got}: it was not used`);
  await writeFile(path, bytes);
}

async function fetchBytes(url: string): Promise<Buffer> {
  const controller = new AbortController();
  const connecting = setTimeout(() => controller.abort(), CONNECT_TIMEOUT_MS);
  const downloading = setTimeout(() => controller.abort(), DOWNLOAD_TIMEOUT_MS);
  try {
    const response = await fetch(url, { signal: controller.signal });
    clearTimeout(connecting);
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    const { message, cause } = error as Error;
    throw new Unavailable(`${new URL(url).host}: ${cause instanceof Error ? cause.message : message}`);
  } finally {
    clearTimeout(connecting);
    clearTimeout(downloading);
  }
}

/** Takes the programs out of a Debian package: needs no root, and starts no service. */
async function unpackDeb(
  { deb }: { deb: string },
  folder: string,
  log: (text: string) => void,
): Promise<void> {
  await needsDebian(log);
  log(`unpacking Debian's ${deb}`);
  await run('apt-get', ['download', deb], { cwd: folder });
  const file = readdirSync(folder).find((name) => name.endsWith('.deb'));
  await run('dpkg-deb', ['--extract', join(folder, file ?? ''), join(folder, 'root')]);
  await rename(join(folder, 'root/usr/bin'), join(folder, 'bin'));
  await rm(join(folder, file ?? ''));
  await rm(join(folder, 'root'), { recursive: true });
}

const POLICY = '/usr/sbin/policy-rc.d';

/** Installs packages whose programs need shared libraries; a policy keeps their services from starting. */
async function aptInstall(
  { packages }: { packages: readonly string[] },
  _: string,
  log: (text: string) => void,
) {
  await needsDebian(log);
  if (process.getuid?.() !== 0)
    throw new Unavailable(`needs root: sudo apt-get install ${packages.join(' ')}`);
  log(`installing Debian's ${packages.join(' ')}`);
  const before = existsSync(POLICY) ? await readFile(POLICY) : undefined;
  await writeFile(POLICY, '#!/bin/sh\nexit 101\n');
  await chmod(POLICY, 0o755);
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], { env });
  } finally {
    await (before ? writeFile(POLICY, before) : rm(POLICY));
  }
}

async function needsDebian(log: (text: string) => void): Promise<void> {
  if (!existsSync('/usr/bin/apt-get')) throw new Unavailable('this is no Debian or Ubuntu');
  const lists = readdirSync('/var/lib/apt/lists').filter((name) => name.includes('Packages'));
  if (lists.length > 0) return;
  if (process.getuid?.() !== 0) throw new Unavailable('the package lists are empty: sudo apt-get update');
  log('reading package lists');
  await run('apt-get', ['update']);
}

/** Builds what the module in `go/` pins; its go.sum verifies every download. */
async function goBuild(
  { version, packages }: { version: string; packages: readonly string[] },
  folder: string,
  log: (text: string) => void,
): Promise<void> {
  await run('go', ['version']).catch(() => {
    throw new Unavailable('Go is not installed');
  });
  log(
    `building ${packages.map((name) => name.split('/').at(-1)).join(' and ')} ${version} with Go; this takes minutes`,
  );
  await mkdir(join(folder, 'bin'));
  const flags = `-s -w -X github.com/prometheus/common/version.Version=${version}`;
  const args = [
    'build',
    '-trimpath',
    '-mod=readonly',
    '-tags',
    GO_TAGS,
    '-ldflags',
    flags,
    '-o',
    join(folder, 'bin/'),
  ];
  await goCommand([...args, ...packages]);
}

function goCommand(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, GOFLAGS: '', CGO_ENABLED: '0' };
    const go = spawn('go', args, { cwd: GO_MODULE, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    go.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(-2_000);
    });
    go.once('error', reject);
    go.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`go build: ${said}`))));
  });
}
