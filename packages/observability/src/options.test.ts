import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { type Options, resolveOptions } from './options.js';

const bad =
  (options: unknown, env: Record<string, string> = {}) =>
  () =>
    resolveOptions(options as Options, env);

describe('options', () => {
  it('have defaults for everything', () => {
    const { metrics, connections, http, health, shutdown, log } = resolveOptions({}, {});
    expect(metrics).toMatchObject({ port: 9090, portIsSet: false, host: '127.0.0.1', runtime: true });
    expect(metrics).toMatchObject({ maxNames: 200, maxClients: 50, histograms: 'both' });
    expect(connections).toEqual({ limit: undefined, idleTimeoutMs: 300_000 });
    expect(http).toEqual({ paths: ['/mcp'] });
    expect(health).toEqual({ checks: [], cacheMs: 1_000, details: false });
    expect(shutdown).toEqual({ onSigterm: true, deadlineMs: 25_000 });
    expect(log).toEqual({
      level: 'info',
      levelIsShared: true,
      service: undefined,
      destination: undefined,
      redactPaths: [],
      logger: undefined,
      otlp: false,
      requestsPerSecond: 100,
      context: true,
    });
  });

  it('read the form of histograms from the option before the environment', () => {
    const env = { PMCP_METRICS_HISTOGRAMS: 'native' };
    expect(resolveOptions({}, env).metrics.histograms).toBe('native');
    expect(resolveOptions({ metrics: { histograms: 'classic' } }, env).metrics.histograms).toBe('classic');
    expect(resolveOptions({}, { PMCP_METRICS_HISTOGRAMS: '' }).metrics.histograms).toBe('both');
  });

  it('set where MCP is served, by option or environment', () => {
    const env = { PMCP_HTTP_PATH: '/api/mcp, /mcp' };
    expect(resolveOptions({}, env).http.paths).toEqual(['/api/mcp', '/mcp']);
    expect(resolveOptions({ http: { path: '/' } }, env).http.paths).toEqual(['/']);
  });

  it('listen on all interfaces in Kubernetes by default', () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1' };
    expect(resolveOptions({}, env).metrics.host).toBeUndefined();
    expect(resolveOptions({}, { ...env, PMCP_METRICS_HOST: '127.0.0.1' }).metrics.host).toBe('127.0.0.1');
    expect(resolveOptions({ metrics: { host: '::1' } }, env).metrics.host).toBe('::1');
  });

  it('read the port from the option before the environment, and record that it was not set', () => {
    expect(resolveOptions({}, { PMCP_METRICS_PORT: '0' }).metrics).toMatchObject({
      port: 0,
      portIsSet: true,
    });
    expect(resolveOptions({ metrics: { port: 1 } }, { PMCP_METRICS_PORT: '2' }).metrics.port).toBe(1);
    expect(resolveOptions({}, { PMCP_METRICS_PORT: '' }).metrics.portIsSet).toBe(false);
    expect(resolveOptions({}, { PMCP_METRICS_PORT: 'off' }).metrics.port).toBeUndefined();
    expect(resolveOptions({}, { PMCP_METRICS_PORT: 'false' }).metrics.port).toBeUndefined();
    expect(resolveOptions({ metrics: { port: false } }, {}).metrics.port).toBeUndefined();
  });

  it('choose a free port for announcements, unless a port is set', () => {
    const env = { PMCP_METRICS_FILE_SD_DIR: '/run/pmcp' };
    expect(resolveOptions({}, env).metrics).toMatchObject({
      announceDir: '/run/pmcp',
      port: 0,
      portIsSet: true,
    });
    expect(resolveOptions({}, { PMCP_METRICS_ALLOWED_HOSTS: 'A.example, b' }).metrics.allowedHosts).toEqual([
      'a.example',
      'b',
    ]);
    expect(resolveOptions({ metrics: { announceDir: '/a' } }, env).metrics.announceDir).toBe('/a');
    expect(resolveOptions({}, { ...env, PMCP_METRICS_PORT: '9464' }).metrics.port).toBe(9464);
    expect(resolveOptions({ metrics: { port: false } }, env).metrics.port).toBeUndefined();
    expect(resolveOptions({}, { PMCP_METRICS_FILE_SD_DIR: '' }).metrics.announceDir).toBeUndefined();
  });

  it.each(['tcp://10.96.14.2:9090', 'udp://10.96.14.2:53', 'tcp://[fd00::1]:9090'])(
    'ignore Kubernetes variables of a Service with a matching name, with a warning: %s',
    (link) => {
      const { metrics, warnings } = resolveOptions({}, { PMCP_METRICS_PORT: link });
      expect(metrics).toMatchObject({ port: 9090, portIsSet: false });
      expect(warnings).toEqual([
        {
          code: 'PMCP_W_SERVICE_LINK',
          text: expect.stringMatching(/^PMCP_METRICS_PORT is ignored: .*enableServiceLinks/),
        },
      ]);
    },
  );

  it('use the given registry', () => {
    const registry = new Registry();
    expect(resolveOptions({ metrics: { registry } }, {}).metrics.registry).toBe(registry);
  });

  it('are frozen once resolved', () => {
    const config = resolveOptions({}, {});
    expect(Object.isFrozen(config) && Object.values(config).every(Object.isFrozen)).toBe(true);
  });

  it.each([
    [
      bad({ metrics: { port: 'http' } }),
      'Expected `metrics.port` to be an integer from 0 to 65535, or false, got "http"',
    ],
    [
      bad({ metrics: { port: 65_536 } }),
      'Expected `metrics.port` to be an integer from 0 to 65535, or false, got 65536',
    ],
    [
      bad({}, { PMCP_METRICS_PORT: 'http' }),
      'Expected `PMCP_METRICS_PORT` to be an integer from 0 to 65535, or off, got "http"',
    ],
    [
      bad({}, { PMCP_METRICS_PORT: '-1' }),
      'Expected `PMCP_METRICS_PORT` to be an integer from 0 to 65535, or off, got "-1"',
    ],
    [
      bad({ metrics: { allowedHosts: ['a.example', 'http://b.example'] } }),
      'Expected `metrics.allowedHosts` to be names of hosts without a port, such as metrics.example.com, got "http://b.example"',
    ],
    [bad({ health: { details: 'yes' } }), 'Expected `health.details` to be true or false, got "yes"'],
    [bad({ metrics: { announceDir: 1 } }), 'Expected `metrics.announceDir` to be a folder, got 1'],
    [bad({ metrics: { host: '' } }), 'Expected `metrics.host` to be an address, got ""'],
    [
      bad({ metrics: { registry: {} } }),
      'Expected `metrics.registry` to be a prom-client Registry, got an object',
    ],
    [
      bad({ metrics: { maxNames: 1.5 } }),
      'Expected `metrics.maxNames` to be an integer from 0 to 10000, got 1.5',
    ],
    [
      bad({ metrics: { histograms: 'exponential' } }),
      'Expected `metrics.histograms` to be one of classic, native, both, got "exponential"',
    ],
    [
      bad({}, { PMCP_METRICS_HISTOGRAMS: 'nativ' }),
      'Expected `PMCP_METRICS_HISTOGRAMS` to be one of classic, native, both, got "nativ"',
    ],
    [bad({ metrics: { runtime: 'no' } }), 'Expected `metrics.runtime` to be true or false, got "no"'],
    [bad({ metrics: null }), 'Expected `metrics` to be an object, got null'],
    [
      bad({ metric: {} }),
      'Expected `options` to be an object with only the keys metrics, connections, http, health, shutdown, traces, log, audit, profiling, got "metric"; did you mean metrics?',
    ],
    [
      bad({ connections: { limit: 0 } }),
      'Expected `connections.limit` to be an integer from 1 to 1000000000, got 0',
    ],
    [
      bad({ http: { path: ['/mcp', 'sse'] } }),
      'Expected `http.path` to be from 1 to 20 paths that begin with /, got "sse"',
    ],
    [
      bad({}, { PMCP_HTTP_PATH: 'mcp' }),
      'Expected `PMCP_HTTP_PATH` to be from 1 to 20 paths that begin with /, got "mcp"',
    ],
    [bad({ health: { checks: 'disk' } }), 'Expected `health.checks` to be an array, got "disk"'],
    [
      bad({ shutdown: { deadlineMs: Number.NaN } }),
      'Expected `shutdown.deadlineMs` to be an integer from 0 to 2147483647, got NaN',
    ],
    [
      bad({ traces: { mode: 'half' } }),
      'Expected `traces.mode` to be one of full, propagation-only, off, got "half"',
    ],
    [
      bad({ traces: { endpoint: 'localhost' } }),
      'Expected `traces.endpoint` to be a URL such as http://localhost:4317, got "localhost"',
    ],
    [bad({ traces: { trustCallers: 1 } }), 'Expected `traces.trustCallers` to be true or false, got 1'],
    [bad({ traces: { sampleRatio: 2 } }), 'Expected `traces.sampleRatio` to be a number from 0 to 1, got 2'],
    [
      bad({ log: { requestsPerSecond: -1 } }),
      'Expected `log.requestsPerSecond` to be an integer from 0 to 1000000000, got -1',
    ],
    [
      bad({ log: { destination: 5 } }),
      "Expected `log.destination` to be a file's path or a stream with a method write, got 5",
    ],
    [bad({ log: { level: '' } }), 'Expected `log.level` to be a text that is not empty, got ""'],
    [bad({ log: { logger: {} } }), 'Expected `log.logger` to be a pino logger, got an object'],
    [bad({ log: { redact: 'user' } }), 'Expected `log.redact` to be an array, got "user"'],
  ])(
    'that are invalid are a TypeError with the option, the expectation and the value: %#',
    (resolve, message) => {
      expect(resolve).toThrow(new TypeError(message));
    },
  );
});
