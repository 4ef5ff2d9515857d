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
  {
    image: /(^|\/)opentelemetry-collector-k8s$/,
    flag: 'config',
    own: '/etc/otelcol-k8s/config.yaml',
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
  return build === undefined ? programOfImage(withoutVariables(image)) : undefined;
}

export function programOfImage(image: string): Program | undefined {
  const repository = image.replace(/@.*$/, '').replace(/:[^/]*$/, '');
  return PROGRAMS.find((program) => program.image.test(repository));
}

/** The files that the words of a command name as the configuration of a program. */
export function configurationFlags({ flag }: Program, words: string): string[] {
  const pattern = new RegExp(`(?:^|\\s)--?${flag.replace('.', '\\.')}[= ]["']?([^\\s"']+)`, 'g');
  return [...words.matchAll(pattern)].map(([, path]) => path!.replace(/^file:/, ''));
}

/** The files in the container that a program reads as its configuration; none where that can't be told. */
export function configurationPaths(
  { name, spec }: ComposeService,
  program: Program,
  all: readonly ComposeService[],
): readonly string[] {
  // A script may write the configuration before it starts the program.
  if (all.some((other) => other.name === name && other.spec.entrypoint)) return [];
  const words = [spec.command].flat().filter((word) => word !== undefined && word !== null);
  const { own, bare } = program;
  const given = configurationFlags(program, words.join(' '));
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
