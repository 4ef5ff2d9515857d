import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/fixtures/temporary-folder.js';
import { parseFlags } from './flags.js';
import { address, content, logLevel, metricsPort, seconds, text, toggle, url } from './values.js';

const flags = {
  upstream: url(''),
  listen: address('', { host: '127.0.0.1', port: 8081 }),
  forwarded: toggle(''),
  timeout: seconds('', 300),
  tlsKey: content(''),
  metricsPort,
  log: logLevel,
  config: text('FILE', ''),
};

const parse = (args: string[], env = {}) => parseFlags(flags, args, env).values;

function configFile(settings: string): string {
  const path = join(temporaryFolder('config'), 'config.json');
  writeFileSync(path, settings);
  return path;
}

describe('settings of a command', () => {
  it('come from flags, then variables, then the config file, then defaults', () => {
    const config = configFile('{ "timeout": 1, "log": "warn", "listen": "[::1]:1", "forwarded": true }');
    const env = { PMCP_TIMEOUT: '2', PMCP_LOG: 'error', PMCP_CONFIG: config };
    expect(parse(['--timeout=3'], env)).toEqual({
      upstream: undefined,
      listen: { host: '::1', port: 1 },
      forwarded: true,
      timeout: 3,
      tlsKey: undefined,
      metricsPort: undefined,
      log: 'error',
      config,
    });
  });

  it('do not include what follows --', () => {
    expect(parseFlags(flags, ['--forwarded', '--', 'server', '--log', 'x'], {})).toMatchObject({
      values: { forwarded: true, log: undefined },
      command: ['server', '--log', 'x'],
    });
  });

  it.each([
    [['--upstreem', 'x'], 'unknown argument --upstreem'],
    [['server'], 'unknown argument server'],
    [['--upstream'], '--upstream needs a value: --upstream URL'],
    [['--upstream', 'ftp://x'], 'expected --upstream to be an http or https URL, got "ftp://x"'],
    [['--listen', '8080'], 'expected --listen to be HOST:PORT, got "8080"'],
    [['--listen', 'a:65536'], 'expected --listen to be HOST:PORT, got "a:65536"'],
    [['--forwarded=yes'], 'expected --forwarded to be true or false, got "yes"'],
    [['--timeout', '-1'], 'expected --timeout to be a number of seconds up to 86400, got "-1"'],
    [['--metrics-port', 'http'], 'expected --metrics-port to be a port from 0 to 65535, or off, got "http"'],
    [['--log', 'loud'], /^expected --log to be levels such as info or pmcp=debug, got "loud"$/],
    [['--tls-key', '/nowhere'], /^can't read the file of --tls-key: ENOENT/],
    [['--config', '/nowhere'], /^can't read the file of --config: ENOENT/],
  ])('are rejected in one line: %j', (args, message) => {
    expect(() => parse(args)).toThrow(message);
  });

  it('are rejected with the name of their variable or file', () => {
    expect(() => parse([], { PMCP_TIMEOUT: 'x' })).toThrow('expected PMCP_TIMEOUT to be');
    const unknown = configFile('{ "upstreem": "x" }');
    expect(() => parse(['--config', unknown])).toThrow(`unknown setting upstreem in ${unknown}`);
    expect(() => parse(['--config', configFile('[]')])).toThrow('to hold a JSON object');
  });
});
