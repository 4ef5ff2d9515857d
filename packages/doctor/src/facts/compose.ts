import type { Edit, Place } from '../check.js';
import type { Fact } from '../context.js';
import { manifests, type Path } from './manifests.js';

interface Mounted {
  readonly source?: string;
  readonly target?: string;
}

interface Published {
  readonly target?: number;
  readonly published?: string | number;
  readonly host_ip?: string;
  readonly protocol?: string;
}

interface ServiceSpec {
  readonly image?: string;
  readonly build?: unknown;
  readonly extends?: unknown;
  readonly env_file?: unknown;
  readonly network_mode?: string;
  readonly networks?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly container_name?: string;
  readonly hostname?: string;
  readonly extra_hosts?: unknown;
  readonly links?: readonly string[];
  readonly command?: string | readonly string[];
  readonly entrypoint?: string | readonly string[];
  readonly working_dir?: string;
  readonly volumes?: readonly (string | Mounted)[];
  readonly volumes_from?: unknown;
  readonly tmpfs?: string | readonly string[];
  readonly configs?: readonly (string | Mounted)[];
  readonly secrets?: readonly (string | Mounted)[];
  readonly restart?: string;
  readonly deploy?: Readonly<Record<string, unknown>> & {
    readonly restart_policy?: { readonly condition?: string };
    readonly resources?: { readonly limits?: { readonly memory?: string | number } };
  };
  readonly healthcheck?: { readonly test?: string | readonly string[] };
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly mem_limit?: string | number;
  readonly stop_grace_period?: string;
  readonly environment?: Readonly<Record<string, unknown>> | readonly string[];
  readonly ports?: readonly (string | number | Published)[];
  readonly profiles?: unknown;
}

/** A service of a Compose file. */
export interface ComposeService {
  readonly name: string;
  readonly spec: ServiceSpec;
  readonly env: ReadonlyMap<string, string>;
  /** The files of the configs of its Compose file, by name. */
  readonly configFiles: ReadonlyMap<string, string>;
  /** Whether it only adds to a service of another file: without `image`, `build` or `extends` Compose cannot start it. */
  readonly isAddition: boolean;
  at(path?: Path): Place;
  edit(path: Path, value: Edit['value']): Edit | undefined;
}

export const allComposeServices: Fact<readonly ComposeService[]> = async (context) =>
  (await context.get(manifests)).all
    .filter(({ kind }) => kind === 'Compose')
    .flatMap((manifest) =>
      Object.entries(manifest.content.services as Readonly<Record<string, ServiceSpec | null>>).map(
        ([name, given]) => ({
          name,
          spec: withoutNull(given),
          env: environment(given?.environment ?? undefined),
          configFiles: configFiles(manifest.content.configs),
          isAddition: !given?.image && !given?.build && !given?.extends,
          at: (path: Path = []) => manifest.at(['services', name, ...path]),
          edit: (path: Path, value: Edit['value']) => manifest.edit(['services', name, ...path], value),
        }),
      ),
    );

/** A key without a value is as one that is not there. */
function withoutNull(spec: ServiceSpec | null): ServiceSpec {
  return Object.fromEntries(Object.entries(spec ?? {}).filter(([, value]) => value !== null));
}

function environment(given: ServiceSpec['environment'] = {}): ReadonlyMap<string, string> {
  const entries = Array.isArray(given)
    ? given.map((line: string): [string, string] => {
        const [name = '', ...value] = line.split('=');
        return [name, value.join('=')];
      })
    : Object.entries(given).map(([name, value]): [string, string] => [name, String(value ?? '')]);
  return new Map(entries);
}

function configFiles(configs: unknown): ReadonlyMap<string, string> {
  const named = Object.entries(
    (configs ?? {}) as Readonly<Record<string, { readonly file?: string } | null>>,
  );
  return new Map(named.map(([name, config]) => [name, config?.file ?? '']));
}
