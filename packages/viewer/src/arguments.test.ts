import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.js';

describe('readArguments', () => {
  it('needs only a Prometheus', () => {
    expect(readArguments(['--prometheus', 'http://localhost:9090'])).toEqual({
      help: false,
      host: '127.0.0.1',
      port: 9464,
      allowedHosts: [],
      prometheus: { Prometheus: { url: new URL('http://localhost:9090') } },
      traces: undefined,
      dashboards: undefined,
    });
  });

  it('accepts a folder with other dashboards', () => {
    const folder = 'dashboards/generated';
    expect(readArguments(['--prometheus=http://a', `--dashboards=${folder}`]).dashboards).toBe(folder);
  });

  it('accepts several by name, each with its own settings', () => {
    const { prometheus } = readArguments([
      '--prometheus=eu=https://eu.example/prometheus',
      '--prometheus=us=https://us.example',
      '--token-file=us=/run/us token',
      '--tenant=eu=team-a',
      '--scrape-interval=us=30',
    ]);
    expect(prometheus).toEqual({
      eu: { url: new URL('https://eu.example/prometheus'), tenant: 'team-a' },
      us: { url: new URL('https://us.example'), tokenFile: '/run/us token', scrapeIntervalMs: 30_000 },
    });
  });

  it('accepts a file with an equals sign in its name', () => {
    const { prometheus } = readArguments(['--prometheus=http://a', '--token-file=odd=name']);
    expect(prometheus.Prometheus?.tokenFile).toBe('odd=name');
  });

  it.each([
    [[], 'Expected --prometheus URL, e.g. --prometheus http://localhost:9090, got none'],
    [
      ['--prometheus=http://a', '--dashboards=src/none'],
      'Expected --dashboards to be a folder with dashboards',
    ],
    [
      ['--prometheus=http://a', '--dashboards=packages'],
      'Expected --dashboards to be a folder with dashboards',
    ],
    [['--demo'], 'Clone https://github.com/pmcp/observability and run `npm ci && npm start`'],
    [['--prometheus=localhost'], 'Expected --prometheus to be an http or https URL, got "localhost"'],
    [['--prometheus=ftp://a'], 'Expected --prometheus to be an http or https URL, got "ftp://a"'],
    [['--prometheus=http://u:secret@a'], 'Expected --prometheus to be a URL without secrets'],
    [
      ['--prometheus=http://a', '--port=http'],
      'Expected --port to be an integer from 0 to 65535, got "http"',
    ],
    [['--prometheus=http://a', '--port=65536'], 'got "65536"'],
    [
      ['--prometheus=http://a', '--scrape-interval=0'],
      'Expected --scrape-interval to be seconds from 1 to 3600',
    ],
    [['--prometheus=a=http://a', '--prometheus=a=http://b'], 'a name of its own, got "a" twice'],
    [
      ['--prometheus=a=http://a', '--prometheus=b=http://b', '--token-file=t'],
      'Expected --token-file NAME=VALUE',
    ],
  ])('explains the fault of %j in one line', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });

  it('shows no secret of the address', () => {
    expect(() => readArguments(['--prometheus=http://u:secret@a'])).not.toThrow(/u:secret/);
  });

  it('needs no Prometheus for its help', () => {
    expect(readArguments(['--help']).help).toBe(true);
  });
});
