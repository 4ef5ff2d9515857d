import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Announcement } from './announcement.js';
import { draftName, entryName, formatEntry } from './entry.js';
import { thisProcess } from './process.js';

const ADDRESS = { address: '127.0.0.1', family: 'IPv4', port: 9464 };
const warn = vi.fn();
let root: string;
let folder: string;
let service: string;
let announcement: Announcement;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'announce-'));
  folder = join(root, 'targets');
  service = 'notes';
  announcement = new Announcement(folder, () => service, { warn });
  warn.mockReset();
});
afterEach(async () => {
  announcement.withdraw();
  await rm(root, { recursive: true, force: true });
});

const entries = () => readdirSync(folder);
const groups = () => JSON.parse(readFileSync(join(folder, entries()[0] ?? ''), 'utf8'));

/** Returns the pid of a process that has just ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

function plant(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

function plantEntry(writer: ReturnType<typeof thisProcess>, nameOf = (name: string) => name): string {
  return plant(nameOf(entryName(writer.pid)), formatEntry(ADDRESS, 'other', writer));
}

describe('an announcement', () => {
  it('is a file for file_sd with the target and its labels', async () => {
    await announcement.publish(ADDRESS);
    expect(entries()).toEqual([
      expect.stringMatching(new RegExp(`^pmcp-${process.pid}-[0-9a-f]{12}\\.json$`)),
    ]);
    expect(groups()).toEqual([
      {
        targets: ['127.0.0.1:9464'],
        labels: {
          service: 'notes',
          pid: String(process.pid),
          __meta_pmcp_realm: expect.any(String),
          __meta_pmcp_started: expect.any(String),
        },
      },
    ]);
  });

  it.each([
    ['0.0.0.0', '127.0.0.1:9464'],
    ['::', '127.0.0.1:9464'],
    ['::1', '[::1]:9464'],
    ['192.0.2.1', '192.0.2.1:9464'],
  ])('of a server on %s has the target %s', async (address, target) => {
    await announcement.publish({ ...ADDRESS, address });
    expect(groups()[0].targets).toEqual([target]);
  });

  it('is written again when the name of the service is known', async () => {
    await announcement.refresh();
    await announcement.publish(ADDRESS);
    service = 'files';
    await announcement.refresh();
    expect(entries()).toHaveLength(1);
    expect(groups()[0].labels.service).toBe('files');
  });

  it('disappears when it is withdrawn, also while it is being written', async () => {
    await announcement.publish(ADDRESS);
    const writing = announcement.refresh();
    announcement.withdraw();
    await writing;
    expect(entries()).toEqual([]);
  });

  it('is not written after it was withdrawn', async () => {
    announcement.withdraw();
    await announcement.publish(ADDRESS);
    expect(entries()).toEqual([]);
  });

  it('leaves no listener behind', async () => {
    const before = process.listenerCount('exit');
    await announcement.publish(ADDRESS);
    expect(process.listenerCount('exit')).toBe(before + 1);
    announcement.withdraw();
    expect(process.listenerCount('exit')).toBe(before);
  });

  it('that cannot be written causes a warning with the folder', async () => {
    writeFileSync(folder, 'not a folder');
    await announcement.publish(ADDRESS);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      { code: 'PMCP_W_ANNOUNCE_FAILED', err: expect.objectContaining({ code: 'EEXIST' }) },
      expect.stringContaining(`could not announce the metrics in ${folder}: EEXIST`),
    );
  });
});

describe('entries of other servers', () => {
  const self = thisProcess();
  beforeEach(() => announcement.publish(ADDRESS));
  const clean = () => announcement.publish(ADDRESS);
  const isThere = (name: string) => existsSync(join(folder, name));

  it('are removed when their process is dead, drafts too', async () => {
    const pid = await deadPid();
    const stale = [plantEntry({ ...self, pid }), plantEntry({ ...self, pid }, draftName)];
    await clean();
    expect(stale.map(isThere)).toEqual([false, false]);
  });

  it('stay while their process lives', async () => {
    const other = plantEntry(self);
    await clean();
    expect(isThere(other)).toBe(true);
  });

  it.runIf(self.started)('are removed when another process has their pid', async () => {
    const other = plantEntry({ ...self, started: '1' });
    await clean();
    expect(isThere(other)).toBe(false);
  });

  it('stay when they come from another host or container, where the pid has another meaning', async () => {
    const other = plantEntry({ ...self, pid: await deadPid(), realm: 'elsewhere pid:[1]' });
    await clean();
    expect(isThere(other)).toBe(true);
  });

  it('cause no delay if they are pipes or links', async () => {
    const pid = await deadPid();
    const [pipe, link] = [entryName(pid), entryName(pid)].map((name) => join(folder, name)) as [
      string,
      string,
    ];
    execFileSync('mkfifo', [pipe]);
    symlinkSync('/dev/zero', link);
    await clean();
    expect([pipe, link].map((file) => lstatSync(file).isFile())).toEqual([false, false]);
  });

  it('stay when their name or content is not ours, whatever they contain', async () => {
    const pid = await deadPid();
    const text = formatEntry(ADDRESS, 'other', { ...self, pid });
    const name = entryName(pid);
    const others = [
      plant('targets.json', text),
      plant(`x${name}`, text),
      plant(`${name}.bak`, text),
      plant(entryName(pid), '[]'),
      plant(entryName(pid), 'half an ent'),
      plant(entryName(pid), `${text}${' '.repeat(20_000)}`),
    ];
    await clean();
    expect(others.filter((other) => !isThere(other))).toEqual([]);
    expect(warn).not.toHaveBeenCalled();
  });
});
