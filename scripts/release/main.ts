/**
 * Tests a release as a user experiences the first minute: publishes the packages to a temporary registry,
 * installs them from there into an empty project, and runs the README's first example in it.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstMinute } from './first-minute.js';
import { startRegistry } from './registry.js';
import { run } from './run.js';

const root = join(import.meta.dirname, '../..');
const PACKAGES = ['otlp', 'observability', 'viewer', 'doctor', 'injection'];

const say = (text: string) => process.stdout.write(`${text}\n`);

async function publishAll(folder: string, npmrc: string, url: string): Promise<void> {
  const config = join(folder, 'npmrc');
  await writeFile(config, npmrc);
  for (const name of PACKAGES) {
    // Provenance only works in a workflow of a CI service.
    const args = ['publish', '--provenance=false', '--userconfig', config, '--registry', url];
    await run('npm', args, join(root, 'packages', name));
    say(`published @pmcp/${name}`);
  }
}

async function install(project: string, npmrc: string): Promise<void> {
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{ "private": true }');
  await writeFile(join(project, '.npmrc'), npmrc);
  const packages = [
    '@pmcp/observability',
    '@pmcp/otlp',
    '@pmcp/viewer',
    '@pmcp/doctor',
    '@modelcontextprotocol/server',
  ];
  await run('npm', ['install', '--no-audit', '--no-fund', ...packages], project);
  say(`installed ${packages.join(', ')}`);
}

const folder = await mkdtemp(join(tmpdir(), 'pmcp-release-'));
try {
  const registry = await startRegistry(join(folder, 'registry'));
  const project = join(folder, 'project');
  try {
    await publishAll(folder, registry.npmrc, registry.url);
    await install(project, registry.npmrc);
    await firstMinute(join(root, 'README.md'), project);
    say("ran the README's first example, and its request is in the metrics");
    for (const program of ['pmcp-observability', 'pmcp-viewer', 'pmcp-doctor'])
      say(`${program} --help: ${(await run('npx', [program, '--help'], project)).split('\n')[0]}`);
  } finally {
    await registry.end();
  }
} finally {
  await rm(folder, { recursive: true });
}
