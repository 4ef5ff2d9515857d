import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { createCertificates } from '../../support/certificates.js';
import { completedByBash } from '../../support/completed.js';
import { CLI, ended, start } from '../../support/proxy.js';

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const child = start([process.execPath, CLI, ...args], env);
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  return { ...(await ended(child)), out, err };
}

function unknown(given: string, meant?: string): string {
  const names =
    'proxy stdio, proxy http, job, assets, alerts, dashboards publish, audit verify, audit export, profile, doctor, completion';
  return `expected ${names} or --help, got ${JSON.stringify(given)}${meant ? `; did you mean ${meant}?` : ''}`;
}

const COMMANDS = [
  'proxy stdio',
  'proxy http',
  'job',
  'assets',
  'alerts',
  'dashboards publish',
  'audit verify',
  'audit export',
  'profile',
  'doctor',
  'completion',
];

describe('pmcp-observability', () => {
  it.each([[], ...COMMANDS.map((name) => name.split(' '))])(
    'shows its help on one screen: %j %j',
    async (...words) => {
      const { code, out, err } = await run([...words.filter(Boolean), '--help']);
      expect([code, err]).toEqual([0, '']);
      expect(out.split('\n').length).toBeLessThanOrEqual(24);
      expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
    },
  );

  it('lists all flags of the doctor, which do not fit on one screen, on request', async () => {
    const { out: short } = await run(['doctor', '--help']);
    const [, more] = short.match(/(\d+) more flags: pmcp-observability doctor --help all/) ?? [];
    const { out: whole } = await run(['doctor', '--help', 'all']);
    const flags = (text: string) => text.match(/^ {2}--[a-z-]+/gm) ?? [];
    expect(Number(more)).toBeGreaterThan(0);
    expect(flags(whole).length - flags(short).length).toBe(Number(more));
    expect(whole).toContain('--send-test-alert');
  });

  it.each([
    ['help', '--help'],
    ['-h', '--help'],
    ['proxy http -h', 'proxy http --help'],
    ['help job', 'job --help'],
    ['help proxy stdio', 'proxy stdio --help'],
    ['help proxy', 'proxy --help'],
  ])('shows the same help for %s as for %s', async (one, other) => {
    const { code, out } = await run(one.split(' '));
    expect(code).toBe(0);
    expect((await run(other.split(' '))).out).toBe(out);
  });

  it.each([[[]], [['proxy']], [['audit']]])(
    'lists the possible values when it is given only %j',
    async (args) => {
      expect(await run(args)).toEqual(await run([...args, '--help']));
    },
  );

  it('lists the commands with the same beginning', async () => {
    const { out } = await run(['proxy', '--help']);
    expect(out).toContain('  proxy http ');
    expect(out).not.toContain('  job ');
  });

  it('names every command in its help', async () => {
    const { out } = await run(['--help']);
    for (const name of COMMANDS) expect(out).toContain(`  ${name} `);
  });

  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync('packages/observability/package.json', 'utf8'));
    for (const flag of ['--version', '-v'])
      expect(await run([flag])).toEqual({ code: 0, signal: null, out: `${version}\n`, err: '' });
  });

  it.each([
    [['prxy'], unknown('prxy', 'proxy')],
    [['prxy', 'htp'], unknown('prxy htp', 'proxy http')],
    [['asets', './monitoring'], unknown('asets ./monitoring', 'assets')],
    [['something'], unknown('something')],
    [['proxy', 'http', '--upstraem', 'http://x'], 'unknown argument --upstraem; did you mean --upstream?'],
    [['proxy', 'stdio'], 'proxy stdio needs a server to run: -- COMMAND'],
    [['proxy', 'stdio', '--bad', '--', 'touch', 'FILE'], 'unknown argument --bad'],
    [
      ['proxy', 'stdio', '--metrics-port', '-1', '--', 'touch', 'FILE'],
      /^expected --metrics-port to be a port from 0/,
    ],
    [['proxy', 'http'], /--upstream URL$/],
    [
      ['proxy', 'http', '--upstream', 'http://x/mcp'],
      /^expected --upstream to have no path, .* got http:\/\/x\/mcp$/,
    ],
    [
      ['proxy', 'http', '--upstream', 'http://x', '--tls-key', CLI],
      '--tls-cert and --tls-key need each other',
    ],
    [['help', 'prxy'], unknown('prxy', 'proxy')],
    [
      ['proxy', 'http', '--upstream', 'http://x', '--', 'touch', 'FILE'],
      'proxy http runs no command, got -- touch',
    ],
    [['completion', 'csh'], 'completion needs one of bash, zsh, fish, got "csh"; did you mean zsh?'],
    [['completion'], 'completion needs one of bash, zsh, fish, got ""'],
    [['alerts'], 'alerts needs a folder to write into: alerts ./monitoring'],
    [['assets', 'FILE', '--', 'y'], 'assets runs no command, got -- y'],
    [
      ['proxy', 'http', '--upstream', 'http://u:secret@x'],
      'expected --upstream to have no name and password, for clients send their own, got them for x',
    ],
    [
      ['job', '--pushgateway', 'u:secret@x'],
      'expected --pushgateway to be an http or https URL, got "***@x"',
    ],
    [['job', '--name', 'x', '--', 'touch', 'FILE'], 'job needs --pushgateway URL or --textfile DIRECTORY'],
  ])('rejects invalid arguments in one line and starts nothing: %j', async (args, message) => {
    const file = join(temporaryFolder('cli'), 'started');
    const { code, out, err } = await run(args.map((arg) => (arg === 'FILE' ? file : arg)));
    expect([code, out]).toEqual([2, '']);
    const [, said = ''] = /^pmcp-observability: (.*) \(PMCP_E_[A-Z_]+\)\n$/.exec(err) ?? [];
    if (typeof message === 'string') expect(said).toBe(message);
    else expect(said).toMatch(message);
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  it('rejects invalid TLS files before it starts', async () => {
    const folder = temporaryFolder('tls');
    const file = (name: string, content: string) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    };
    const { ca, server, client } = await createCertificates();
    const garbage = file('garbage', 'garbage');
    const bundle = file('ca', `# two\n${ca}\n${ca.replace('MII', 'MIJ')}`);
    const [cert, key, foreign] = [
      file('cert', server.cert),
      file('key', server.key),
      file('foreign', client.key),
    ];
    const refusals: [string[], RegExp][] = [
      [
        ['--tls-cert', garbage, '--tls-key', key],
        /^expected the file of --tls-cert to be a certificate in PEM: /,
      ],
      [
        ['--tls-cert', cert, '--tls-key', garbage],
        /^expected the file of --tls-key to be a private key in PEM, unencrypted: /,
      ],
      [
        ['--tls-cert', cert, '--tls-key', foreign],
        /^expected the file of --tls-key to be the key of --tls-cert: .+mismatch$/,
      ],
      [['--upstream-cert', cert], /^--upstream-cert and --upstream-key need each other$/],
      [['--upstream-key', key], /^--upstream-cert and --upstream-key need each other$/],
      [
        ['--upstream-cert', cert, '--upstream-key', foreign],
        /^expected the file of --upstream-key to be the key of/,
      ],
      [
        ['--upstream-ca', garbage],
        /^expected the file of --upstream-ca to be certificates in PEM: there is none/,
      ],
      [['--upstream-ca', bundle], /^expected the file of --upstream-ca to be certificates in PEM: /],
      [
        ['--tls-client-ca', key, '--tls-cert', cert, '--tls-key', key],
        /^expected the file of --tls-client-ca to be/,
      ],
    ];
    for (const [flags, message] of refusals) {
      const { code, err } = await run(['proxy', 'http', '--upstream', 'https://x', ...flags]);
      expect([code, flags]).toEqual([2, flags]);
      expect(err.replace('pmcp-observability: ', '').replace(/ \(PMCP_E_[A-Z_]+\)\n$/, '')).toMatch(message);
    }
  });

  it('reports in one line that its port is in use', async () => {
    const { code, err } = await run(['proxy', 'http', '--upstream', 'http://x', '--listen', '192.0.2.1:1']);
    expect(code).toBe(1);
    expect(err).toMatch(/^pmcp-observability: listen EADDRNOTAVAIL[^\n]+ \(PMCP_E_UNEXPECTED\)\n$/);
  });

  it.each([
    ['', ['proxy', 'job', 'assets', 'alerts', 'dashboards', 'audit', 'profile', 'doctor', 'completion']],
    ['prox', ['proxy']],
    ['proxy ', ['stdio', 'http']],
    ['proxy s', ['stdio']],
    ['proxy http --ups', ['--upstream', '--upstream-ca', '--upstream-cert', '--upstream-key']],
    ['job --name backup --text', ['--textfile']],
    ['dashboards publish --', ['--dry-run', '--prune', '--config', '--help']],
  ])('lets bash complete %j', async (line, words) => {
    const { out } = await run(['completion', 'bash']);
    expect(await completedByBash(out, line)).toEqual(words);
  });

  it.each(['bash', 'zsh', 'fish'])(
    'has completions in %s for every command and every flag',
    async (shell) => {
      const { code, out } = await run(['completion', shell]);
      expect(code).toBe(0);
      for (const word of COMMANDS.flatMap((name) => name.split(' '))) expect(out).toContain(word);
      for (const flag of ['upstream-ca', 'textfile', 'dry-run', 'runbook-url']) expect(out).toContain(flag);
    },
  );

  it('reads its settings from a file', async () => {
    const file = join(temporaryFolder('cli'), 'config.json');
    writeFileSync(file, '{ "upstream": "http://127.0.0.1:1", "listen": "192.0.2.1:1" }');
    expect((await run(['proxy', 'http'], { PMCP_CONFIG: file })).err).toContain('192.0.2.1');
  });
});
