import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Fact } from '../context.js';
import { allComposeServices, type ComposeService } from './compose.js';
import { type ComposeMount, mountsOf, originIn } from './compose-mounts.js';
import { configurationPaths, PROMETHEUS, programOf } from './compose-programs.js';

/** A configuration of Prometheus that a service of Compose mounts and reads. */
export interface PrometheusFile {
  readonly service: ComposeService;
  readonly mounts: readonly ComposeMount[];
  /** Its path in the container. */
  readonly path: string;
  readonly source: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export const prometheusFiles: Fact<readonly PrometheusFile[]> = async (context) => {
  const all = await context.get(allComposeServices);
  return all.flatMap((service) => {
    const same = all.filter(({ name }) => name === service.name);
    const mounts = mountsOf(service, all);
    const [known] = same.filter((one) => programOf(one) === PROMETHEUS);
    if (known === undefined || mounts === undefined) return [];
    return configurationPaths(known, PROMETHEUS, all).flatMap((path) => {
      const own = mountsOf(service, [service]) ?? [];
      const origin = originIn(path, own);
      if (origin.kind !== 'possible' || origin.source === undefined) return [];
      const content = read(origin.source);
      return content === undefined ? [] : [{ service, mounts, path, source: origin.source, content }];
    });
  });
};

function read(file: string): PrometheusFile['content'] | undefined {
  try {
    const content: unknown = parse(readFileSync(file, 'utf8'), { merge: true });
    return typeof content === 'object' && content !== null
      ? (content as PrometheusFile['content'])
      : undefined;
  } catch {
    // It is made before the start, or Prometheus says what is wrong with it.
    return undefined;
  }
}
