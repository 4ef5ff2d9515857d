import { existsSync, readdirSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { jaeger } from './jaeger.js';
import type { TraceSource } from './traces.js';
import type { Upstream } from './upstream.js';

export const HELP = `Usage: pmcp-viewer --prometheus [NAME=]URL

Serves the PMCP dashboards as a web page on loopback. The page queries Prometheus, or another
server with the same query API: Thanos, Mimir, VictoriaMetrics.

  --prometheus [NAME=]URL     address of Prometheus; repeat it, with names, for several
  --token-file [NAME=]FILE    file with the bearer token for it
  --ca-file [NAME=]FILE       certificate authority that signed its certificate (PEM)
  --cert-file [NAME=]FILE     client certificate to show to it (PEM)
  --key-file [NAME=]FILE      private key of that certificate (PEM)
  --tenant [NAME=]ID          tenant, sent as X-Scope-OrgID
  --scrape-interval [NAME=]S  its scrape interval in seconds (default 15)

  --traces URL                store of traces for single requests: query API of Jaeger
  --dashboards FOLDER         folder with other dashboards (JSON), such as for native histograms

  --port PORT                 port to listen on (default 9464; 0 for any free port)
  --host HOST                 address to listen on (default 127.0.0.1)
  --allow-host NAME           host name that browsers may use, in addition to localhost
  --help                      show this
`;

const DEFAULT_PORT = 9464;

export interface Arguments {
  readonly help: boolean;
  readonly host: string;
  readonly port: number;
  readonly allowedHosts: readonly string[];
  readonly prometheus: Readonly<Record<string, Upstream>>;
  readonly traces: TraceSource | undefined;
  /** The folder with the dashboards. */
  readonly dashboards: string | undefined;
}

const many = { type: 'string', multiple: true, default: [] as string[] } as const;
const OPTIONS = {
  prometheus: many,
  'token-file': many,
  'ca-file': many,
  'cert-file': many,
  'key-file': many,
  tenant: many,
  'scrape-interval': many,
  traces: { type: 'string' },
  dashboards: { type: 'string' },
  port: { type: 'string', default: String(DEFAULT_PORT) },
  host: { type: 'string', default: '127.0.0.1' },
  'allow-host': many,
  demo: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Prometheus is a separate program, and only the repository has the servers to watch and their faults. */
const NO_DEMO =
  'Expected --prometheus URL, got --demo, which is not part of this package: it needs a Prometheus and servers to break. ' +
  'Clone https://github.com/pmcp/observability and run `npm ci && npm start` in it';

/** The field of an upstream that each option sets. */
const PARTS = {
  'token-file': 'tokenFile',
  'ca-file': 'caFile',
  'cert-file': 'certFile',
  'key-file': 'keyFile',
  tenant: 'tenant',
  'scrape-interval': 'scrapeIntervalMs',
} as const satisfies Record<string, keyof Upstream>;

/** @throws TypeError with one line that says what is wrong */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const { help, host } = values;
  if (values.demo && !help) throw new TypeError(NO_DEMO);
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new TypeError(`Expected --port to be an integer from 0 to 65535, got "${values.port}"`);
  }
  const allowedHosts = values['allow-host'].map((name) => name.toLowerCase());
  const upstreams = help ? {} : toUpstreams(values);
  const traces = values.traces === undefined ? undefined : jaeger({ url: toUrl(values.traces, 'traces') });
  const { dashboards } = values;
  if (dashboards !== undefined && !help) checkFolder(dashboards);
  return { help, host, port, allowedHosts, prometheus: upstreams, traces, dashboards };
}

function checkFolder(folder: string): void {
  const files = existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
  if (files.some((file) => file.endsWith('.json'))) return;
  throw new TypeError(`Expected --dashboards to be a folder with dashboards as .json files, got "${folder}"`);
}

type Values = Readonly<Record<'prometheus' | keyof typeof PARTS, readonly string[]>>;

function toUpstreams(values: Values): Record<string, Upstream> {
  if (values.prometheus.length === 0) {
    throw new TypeError('Expected --prometheus URL, e.g. --prometheus http://localhost:9090, got none');
  }
  const upstreams: Record<string, { url: URL } & Partial<Record<keyof Upstream, unknown>>> = {};
  for (const given of values.prometheus) {
    const [name = 'Prometheus', url] = named(given);
    if (Object.hasOwn(upstreams, name)) {
      throw new TypeError(`Expected every --prometheus to have a name of its own, got "${name}" twice`);
    }
    upstreams[name] = { url: toUrl(url) };
  }
  for (const [option, part] of Object.entries(PARTS)) {
    for (const given of values[option as keyof typeof PARTS]) {
      const [name, value] = named(given, upstreams);
      // A secret is sent only to the Prometheus that it is meant for.
      const target = name ?? only(Object.keys(upstreams), option);
      (upstreams[target] as Record<string, unknown>)[part] =
        part === 'scrapeIntervalMs' ? toMs(value) : value;
    }
  }
  return upstreams as Record<string, Upstream>;
}

/** Splits `NAME=VALUE`. A URL or path may also contain `=`, so only plain words count as a name. */
function named(given: string, known?: object): [name: string | undefined, value: string] {
  const [, name, value] = /^([\w .-]+)=(.+)$/.exec(given) ?? [];
  if (name === undefined || value === undefined) return [undefined, given];
  if (known && !Object.hasOwn(known, name)) return [undefined, given];
  return [name, value];
}

function only(names: readonly string[], option: string): string {
  const [name] = names;
  if (name === undefined || names.length > 1) {
    throw new TypeError(
      `Expected --${option} NAME=VALUE, as there are several --prometheus: ${names.join(', ')}`,
    );
  }
  return name;
}

function toMs(seconds: string): number {
  const value = Number(seconds);
  if (!(value >= 1 && value <= 3600)) {
    throw new TypeError(`Expected --scrape-interval to be seconds from 1 to 3600, got "${seconds}"`);
  }
  return value * 1000;
}

function toUrl(text: string, option = 'prometheus'): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new TypeError(`Expected --${option} to be an http or https URL, got "${text}"`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    throw new TypeError(`Expected --${option} to be a URL without secrets and query: use --token-file`);
  }
  return url;
}
