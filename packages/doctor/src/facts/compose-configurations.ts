import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Fact } from '../context.js';
import { allComposeServices, type ComposeService } from './compose.js';
import { type ComposeMount, mountsOf, originIn } from './compose-mounts.js';
import { configurationPaths, PROMETHEUS, type Program, programOf } from './compose-programs.js';

/** A configuration that a service of Compose mounts, and that its program reads. */
export interface ConfigurationFile {
  readonly service: ComposeService;
  readonly program: Program;
  readonly mounts: readonly ComposeMount[];
  /** Its path in the container. */
  readonly path: string;
  readonly source: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export const configurationFiles: Fact<readonly ConfigurationFile[]> = async (context) => {
  const all = await context.get(allComposeServices);
  return all.flatMap((service) => {
    const mounts = mountsOf(service, all);
    const [known] = all
      .filter(({ name }) => name === service.name)
      .flatMap((same) => {
        const program = programOf(same);
        return program === undefined ? [] : [{ same, program }];
      });
    if (known === undefined || mounts === undefined) return [];
    const { program } = known;
    return configurationPaths(known.same, program, all).flatMap((path) => {
      const own = mountsOf(service, [service]) ?? [];
      const origin = originIn(path, own);
      if (origin.kind !== 'possible' || origin.source === undefined) return [];
      const content = read(origin.source);
      if (content === undefined) return [];
      return [{ service, program, mounts, path, source: origin.source, content }];
    });
  });
};

export const prometheusFiles: Fact<readonly ConfigurationFile[]> = async (context) =>
  (await context.get(configurationFiles)).filter(({ program }) => program === PROMETHEUS);

interface Job {
  readonly job_name?: unknown;
  readonly static_configs?: readonly ({ readonly targets?: readonly string[] } | null)[];
}

/** What the jobs of a configuration of Prometheus scrape, of those with such a name. */
export function targetsIn({ content }: ConfigurationFile, name = /^/): string[] {
  const { scrape_configs: all } = content;
  return (Array.isArray(all) ? (all as readonly (Job | null)[]) : [])
    .filter((job) => name.test(String(job?.job_name)))
    .flatMap((job) => (job?.static_configs ?? []).flatMap((one) => one?.targets ?? []));
}

function read(file: string): ConfigurationFile['content'] | undefined {
  try {
    const content: unknown = parse(readFileSync(file, 'utf8'), { merge: true });
    return typeof content === 'object' && content !== null
      ? (content as ConfigurationFile['content'])
      : undefined;
  } catch {
    // It is made before the start, or its program says what is wrong with it.
    return undefined;
  }
}
