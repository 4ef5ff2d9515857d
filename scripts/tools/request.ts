import { PROGRAMS, type Product, type ToolName } from './programs.js';
import { compareVersions } from './version.js';

/** What the caller needs in addition to a supported version. */
export interface Need {
  readonly kubernetesSd?: true;
  readonly minVersion?: string;
}

type Generation = 2 | 3;

export interface Request {
  readonly name: ToolName;
  readonly product: Product;
  readonly minVersion: string;
  readonly kubernetesSd: boolean;
  /** The only major version that can be used. Undefined: any. */
  readonly generation: Generation | undefined;
}

/** @param generation the major version of Prometheus, from `PMCP_TOOLS_PROMETHEUS` */
export function toRequest(name: ToolName, need: Need = {}, generation?: string): Request {
  const { product, minVersion } = PROGRAMS[name];
  const wanted = need.minVersion ?? minVersion;
  const restriction = parseGeneration(generation);
  return {
    name,
    product,
    minVersion: compareVersions(wanted, minVersion) > 0 ? wanted : minVersion,
    kubernetesSd: need.kubernetesSd ?? false,
    generation: product === 'prometheus' ? restriction : undefined,
  };
}

function parseGeneration(value: string | undefined): Generation | undefined {
  if (value === undefined || value === '') return undefined;
  if (value === '2') return 2;
  if (value === '3') return 3;
  throw new TypeError(`Expected PMCP_TOOLS_PROMETHEUS to be 2 or 3, got ${JSON.stringify(value)}`);
}

export function describeRequest({ name, minVersion, kubernetesSd, generation }: Request): string {
  const kind = generation === undefined ? '' : ` ${generation}.x`;
  const discovery = kubernetesSd ? ' with kubernetes_sd' : '';
  return `${name}${kind}, ${minVersion} or newer${discovery}`;
}
