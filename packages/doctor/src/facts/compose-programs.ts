import { posix } from 'node:path';
import type { ComposeService } from './compose.js';
import { withoutVariables } from './compose-mounts.js';

/** A program of the monitoring, and where its official image has its configuration. */
export interface Program {
  readonly image: RegExp;
  readonly flag: string;
  /** The file that the image has, and reads without a command. */
  readonly own?: string;
  /** What it reads where the command has no flag. */
  readonly bare?: string;
  /** What only its configuration has. */
  readonly content: RegExp;
}

export const PROMETHEUS: Program = {
  image: /(^|\/)prom(etheus)?\/prometheus$/,
  flag: 'config.file',
  own: '/etc/prometheus/prometheus.yml',
  bare: '/prometheus/prometheus.yml',
  content: /^scrape_configs:/m,
};

export const ALERTMANAGER: Program = {
  image: /(^|\/)prom(etheus)?\/alertmanager$/,
  flag: 'config.file',
  own: '/etc/alertmanager/alertmanager.yml',
  bare: '/alertmanager/alertmanager.yml',
  content: /^route:/m,
};

export const COLLECTORS: readonly Program[] = [
  {
    image: /(^|\/)opentelemetry-collector-contrib$/,
    flag: 'config',
    own: '/etc/otelcol-contrib/config.yaml',
    content: /^exporters:/m,
  },
  {
    image: /(^|\/)opentelemetry-collector$/,
    flag: 'config',
    own: '/etc/otelcol/config.yaml',
    content: /^exporters:/m,
  },
];

const PROGRAMS: readonly Program[] = [
  PROMETHEUS,
  ALERTMANAGER,
  ...COLLECTORS,
  {
    image: /(^|\/)grafana\/loki$/,
    flag: 'config.file',
    own: '/etc/loki/local-config.yaml',
    content: /^schema_config:/m,
  },
  { image: /(^|\/)grafana\/tempo$/, flag: 'config.file', content: /^distributor:/m },
  {
    image: /(^|\/)prom(etheus)?\/blackbox-exporter$/,
    flag: 'config.file',
    own: '/etc/blackbox_exporter/config.yml',
    content: /^modules:/m,
  },
];

/** The program of a service that runs an official image, from whatever registry. */
export function programOf({ spec: { image = '', build } }: ComposeService): Program | undefined {
  const repository = withoutVariables(image)
    .replace(/@.*$/, '')
    .replace(/:[^/]*$/, '');
  return build === undefined ? PROGRAMS.find((program) => program.image.test(repository)) : undefined;
}

/** The files in the container that a program reads as its configuration; none where that can't be told. */
export function configurationPaths(
  { name, spec }: ComposeService,
  { flag, own, bare }: Program,
  all: readonly ComposeService[],
): readonly string[] {
  // A script may write the configuration before it starts the program.
  if (all.some((other) => other.name === name && other.spec.entrypoint)) return [];
  const words = [spec.command].flat().filter((word) => word !== undefined && word !== null);
  const pattern = new RegExp(`(?:^|\\s)--?${flag.replace('.', '\\.')}[= ]["']?([^\\s"']+)`, 'g');
  const given = [...words.join(' ').matchAll(pattern)].map(([, path]) => path!.replace(/^file:/, ''));
  const folder = spec.working_dir ?? posix.dirname(bare ?? '/');
  if (given.some((path) => path.includes('$') || /^\w+:/.test(path) || folder.includes('$'))) return [];
  if (given.length > 0) return given.map((path) => posix.resolve(folder, path));
  const isSaidElsewhere = all.some(
    (other) => other.name === name && other.spec !== spec && other.spec.command,
  );
  if (isSaidElsewhere) return [];
  const path = words.length > 0 ? bare && posix.join(folder, posix.basename(bare)) : own;
  return path === undefined ? [] : [path];
}
