import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describeRequest, type Request } from './request.js';
import { run } from './run.js';
import { compareVersions, majorOf, versionIn } from './version.js';

export interface Tool {
  readonly path: string;
  readonly version: string;
}

/** A program that meets a request, or the reason why it does not. */
type Inspection = { readonly tool: Tool } | { readonly fault: string };

const TIMEOUT_MS = 20_000;
/** How to ask for the version, where the usual flag is unknown. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  jaeger: ['version'],
  'jaeger-all-in-one': ['version'],
  'all-in-one': ['version'],
  helm: ['version'],
  kubectl: ['version', '--client'],
};
/** Programs that do not know their version. Go wrote the version of this module into them. */
const MODULES: Readonly<Record<string, string>> = {
  'prometheus-adapter': 'sigs.k8s.io/prometheus-adapter',
  'keda-operator': 'github.com/kedacore/keda/v2',
  'keda-metrics-apiserver': 'github.com/kedacore/keda/v2',
};
/**
 * Most programs know the flag. Other programs must not get the word: they would ignore it and start as a server.
 */
const versionArguments = (path: string) => ASKED[basename(path)] ?? ['--version'];

/** Checks whether the program at `path` meets the request, by running it. */
export async function inspect(path: string, request: Request): Promise<Inspection> {
  const version = await versionOf(path);
  const fault =
    faultOf(version, request) ?? (request.kubernetesSd ? await missingDiscovery(path) : undefined);
  if (version === undefined || fault !== undefined) {
    return { fault: `${path} ${fault}` };
  }
  return { tool: { path, version } };
}

export async function versionOf(path: string): Promise<string | undefined> {
  const module = MODULES[basename(path)];
  if (module !== undefined) return moduleVersion(path, module);
  return versionIn(await run(path, versionArguments(path), { timeoutMs: TIMEOUT_MS }).catch(() => ''));
}

async function moduleVersion(path: string, module: string): Promise<string | undefined> {
  const lines = await run('go', ['version', '-m', path], { timeoutMs: TIMEOUT_MS }).catch(() => '');
  const fields = lines.split('\n').map((line) => line.trim().split('\t'));
  return fields.find(([kind, name]) => kind === 'mod' && name === module)?.[2]?.replace(/^v/, '');
}

function faultOf(version: string | undefined, request: Request): string | undefined {
  if (version === undefined) return 'does not tell its version';
  const { minVersion, generation } = request;
  const tooOld = compareVersions(version, minVersion) < 0;
  const otherGeneration = generation !== undefined && majorOf(version) !== generation;
  return tooOld || otherGeneration ? `is ${version}; wanted: ${describeRequest(request)}` : undefined;
}

const CONFIG_WITH_DISCOVERY = `scrape_configs:
  - { job_name: pods, kubernetes_sd_configs: [{ role: pod }] }
`;

/**
 * Returns a fault if this Prometheus can't discover targets in Kubernetes. Distributions leave out parts,
 * and only promtool shows that without a server.
 */
async function missingDiscovery(path: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'pmcp-tools-'));
  try {
    const config = join(folder, 'prometheus.yml');
    await writeFile(config, CONFIG_WITH_DISCOVERY);
    const promtool = join(dirname(path), 'promtool');
    await run(promtool, ['check', 'config', config], { timeoutMs: TIMEOUT_MS });
    return undefined;
  } catch (error) {
    return `has no kubernetes_sd: ${(error as Error).message}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}
