import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { resolveOptions } from '../../packages/observability/src/options.js';
import { temporaryFolder } from '../fixtures/temporary-folder.js';

const FOLDER = join(import.meta.dirname, '../../examples/host');
const SCRIPT = join(FOLDER, 'pmcp-host.sh');

/** A network namespace of its own: the real kernel, and the machine stays as it is. */
const NAMESPACE = process.getuid?.() === 0 ? ['--net'] : ['--net', '--map-root-user'];
const has = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;
const canChange = has('unshare', ...NAMESPACE, 'true');

const SOMAXCONN = 'net.core.somaxconn';
const PORTS = 'net.ipv4.ip_local_port_range';
const RETRIES = 'net.ipv4.tcp_retries2';

/** Runs a script where sysctls have these values, and tells what they are afterwards. */
function host(
  sysctls: Readonly<Record<string, string>>,
  script: string,
  folder = temporaryFolder('sysctl.d'),
) {
  const set = Object.entries(sysctls).map(([name, value]) => `sysctl -q -w '${name}=${value}'`);
  const shown = `cd /proc/sys/net; cat core/somaxconn ipv4/ip_local_port_range ipv4/tcp_retries2 >"$SYSCTL_DIR/after"`;
  const lines = [...set, 'status=0', `${script} || status=$?`, shown, 'exit $status'].join('\n');
  const { status, stdout, stderr } = spawnSync('unshare', [...NAMESPACE, 'sh', '-c', lines, 'sh', SCRIPT], {
    encoding: 'utf8',
    env: { ...process.env, SYSCTL_DIR: folder },
  });
  const after = readFileSync(join(folder, 'after'), 'utf8').trim().split(/\s+/).map(Number);
  const file = join(folder, '90-pmcp.conf');
  const written = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  return { status, said: stdout.trim(), wrong: stderr.trim(), after, written };
}

const AS_LINUX = { [SOMAXCONN]: '4096', [PORTS]: '32768 60999', [RETRIES]: '15' };
const GOOD = { ...AS_LINUX, [RETRIES]: '8' };
const LOW = { ...GOOD, [SOMAXCONN]: '128' };
const FEW = '--connections 100';

describe.skipIf(!canChange)('pmcp-host.sh --check', () => {
  it.each([
    ['a good machine', GOOD, FEW, 0, []],
    ['a machine as Linux comes', AS_LINUX, FEW, 1, [RETRIES]],
    ['one that gives up even sooner', { ...GOOD, [RETRIES]: '5' }, FEW, 0, []],
    ['a short backlog', LOW, FEW, 1, [SOMAXCONN]],
    ['few ports, without the proxy', { ...GOOD, [PORTS]: '40000 40999' }, '--connections 1000', 0, []],
    [
      'few ports for the proxy',
      { ...GOOD, [PORTS]: '40000 40999' },
      '--proxy --connections 1000',
      1,
      [PORTS],
    ],
    ['enough ports for the proxy', GOOD, `--proxy ${FEW}`, 0, []],
  ])('tells of %s', (_, sysctls, flags, status, wrong) => {
    const said = host(sysctls, `sh "$1" --check ${flags}`);
    expect(said.wrong).toBe('');
    expect([...said.said.matchAll(/^(?:low|high) +(\S+)/gm)].map(([, name]) => name)).toEqual(wrong);
    expect(said.said).toMatch(/^ok {3}open files, hard limit +\d+ +needs \d+/m);
    expect(said.status).toBe(status);
    expect(said.written).toBeUndefined();
  });

  it('compares the hard limit of a process, which Node takes', () => {
    const few = host(AS_LINUX, `prlimit --nofile=100:1000 sh "$1" --check --connections 1000`);
    expect(few.said).toMatch(/^low +open files, hard limit +1000 +needs 4000: 4 for each connection$/m);
    const script = `prlimit --nofile=100:4000 sleep 20 & sh "$1" --check --connections 1000 --pid $!; s=$?; kill $!; (exit $s)`;
    const enough = host(AS_LINUX, script.replace('sh "$1"', 'sleep 1; sh "$1"'));
    expect(enough.said).toMatch(/^ok +open files, hard limit +4000 /m);
  });

  it('says when no range has enough ports', () => {
    const { said, status } = host(AS_LINUX, 'sh "$1" --check --proxy --connections 50000');
    expect(said).toContain('at most 49152 ports for each address of the server');
    expect(status).toBe(1);
  });
});

describe.skipIf(!canChange)('pmcp-host.sh --apply', () => {
  it('writes what is too low, and the kernel has it', () => {
    const { status, written, after } = host(LOW, 'sh "$1" --apply --proxy --connections 30000');
    expect(status).toBe(0);
    expect(written).toBe(`# Written by pmcp-host.sh\n${SOMAXCONN} = 4096\n${PORTS} = 16384 65535\n`);
    expect(after).toEqual([4_096, 16_384, 65_535, 8]);
  });

  it('lowers how often Linux sends again', () => {
    const { written, after } = host(AS_LINUX, 'sh "$1" --apply');
    expect(written).toBe(`# Written by pmcp-host.sh\n${RETRIES} = 8\n`);
    expect(after).toEqual([4_096, 32_768, 60_999, 8]);
  });

  it('makes nothing worse', () => {
    const high = { [SOMAXCONN]: '65535', [PORTS]: '1024 65535', [RETRIES]: '6' };
    const { said, written, after } = host(high, 'sh "$1" --apply --proxy --connections 30000');
    expect(said).toBe('Nothing to change.');
    expect(written).toBeUndefined();
    expect(after).toEqual([65_535, 1_024, 65_535, 6]);
  });

  it('leaves a check without a fault, and keeps what it wrote before', () => {
    const more = '--proxy --connections 30000';
    const twice = `{ sh "$1" --apply; sh "$1" --apply ${more}; } >/dev/null; sh "$1" --print ${more}`;
    const { written, said } = host(LOW, twice);
    expect(written?.split('\n').sort()).toEqual(
      ['', '# Written by pmcp-host.sh', `${SOMAXCONN} = 4096`, `${PORTS} = 16384 65535`].sort(),
    );
    expect(said).toBe('');
  });

  it('leaves no file that the kernel refuses', () => {
    const folder = temporaryFolder('sysctl.d');
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'sysctl'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const { status, wrong, written } = host(LOW, `PATH=${bin}:$PATH sh "$1" --apply`, folder);
    expect([status, written]).toEqual([2, undefined]);
    expect(wrong).toContain('The kernel refused');
  });

  it('is not what --print or --check do', () => {
    const { said, after, written } = host(LOW, 'sh "$1" --print');
    expect(said).toBe(`${SOMAXCONN} = 4096`);
    expect([after[0], written]).toEqual([128, undefined]);
  });
});

describe('pmcp-host.sh', () => {
  it.each([
    ['', 'usage:'],
    ['--chek', 'Expected a flag of --help, got "--chek"'],
    ['--check --apply', 'got two'],
    ['--check --connections', 'Expected a number after --connections'],
    ['--check --connections many', 'got "many"'],
    ['--check --pid 999999999', 'Expected a process 999999999'],
  ])('ends with 2 and says what is wrong with: %s', (flags, message) => {
    const { status, stderr } = spawnSync('sh', ['-c', `sh "$1" ${flags}`, 'sh', SCRIPT], {
      encoding: 'utf8',
    });
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  it.skipIf(!has('shellcheck', '--version'))('has nothing that shellcheck finds', () => {
    expect(spawnSync('shellcheck', [SCRIPT], { encoding: 'utf8' }).stdout).toBe('');
  });
});

describe('pmcp-server.service', () => {
  const unit = readFileSync(join(FOLDER, 'pmcp-server.service'), 'utf8');
  const setting = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

  it('lets the server drain', () => {
    const { shutdown } = resolveOptions({}, {});
    expect(Number(setting('TimeoutStopSec'))).toBeGreaterThan(shutdown.deadlineMs / 1000 + 5);
  });

  it('leaves a quarter of the memory for what is not heap', () => {
    const [, heap] = /--max-old-space-size=(\d+)/.exec(unit) ?? [];
    expect(Number(heap)).toBe(Number.parseInt(setting('MemoryMax'), 10) * 0.75);
  });

  describe.skipIf(!has('systemd-analyze', '--version'))('for the real systemd', () => {
    /** Where this machine has Node, for systemd looks whether the program is there. */
    function analyzed(...command: string[]) {
      const file = join(temporaryFolder('unit'), 'pmcp-server.service');
      writeFileSync(file, unit.replace('/usr/bin/node', process.execPath));
      const { status, stdout, stderr } = spawnSync('systemd-analyze', [...command, file], {
        encoding: 'utf8',
      });
      return { status, said: `${stdout}${stderr}` };
    }

    it('is a valid unit, without a warning', () => {
      // It also tells of faults in units of the machine itself.
      const { status, said } = analyzed('--man=no', 'verify');
      expect(said.split('\n').filter((line) => line.includes('pmcp-server'))).toEqual([]);
      expect(status).toBe(0);
    });

    it('exposes little: 2 of 10 at most', () => {
      const { status, said } = analyzed('--offline=yes', '--no-pager', '--threshold=20', 'security');
      expect(said).toContain('Overall exposure level for pmcp-server.service: ');
      expect(status).toBe(0);
    });
  });
});

describe('the component', () => {
  it('sets only what every pod may set', () => {
    const { patches } = parse(readFileSync(join(FOLDER, 'component/kustomization.yaml'), 'utf8'));
    const schema = JSON.parse(readFileSync('charts/pmcp-server/values.schema.json', 'utf8'));
    const safe = schema.properties.sysctls.items.properties.name.enum;
    const { sysctls } = parse(patches[0].patch).spec.template.spec.securityContext;
    expect(sysctls).toHaveLength(1);
    for (const { name } of sysctls) expect(safe).toContain(name);
  });
});
