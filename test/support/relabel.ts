import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RelabelRule } from '../../prometheus/scrape/options.js';
import { toYaml } from '../../prometheus/yaml.js';
import type { Generation } from './generation.js';
import { promtool } from './promtool.js';

type Labels = Readonly<Record<string, string>>;

/** What discovery says of something, and the name by which the test knows it. */
export interface Discovered {
  readonly name: string;
  readonly address: string;
  readonly meta: Labels;
}

interface Result {
  readonly discoveredLabels: Labels;
  readonly labels: Labels;
}

/**
 * What promtool makes of targets, by their names; no labels for those that are dropped. All at once, for promtool takes
 * a second to be sure that nothing more comes.
 */
export async function relabel(
  generation: Generation,
  rules: readonly RelabelRule[],
  targets: readonly Discovered[],
): Promise<Map<string, Labels>> {
  const folder = await mkdtemp(join(tmpdir(), 'relabel-'));
  const file = join(folder, 'prometheus.yml');
  const static_configs = targets.map(({ name, address, meta }) => ({
    targets: [address],
    labels: { ...meta, __meta_test: name },
  }));
  const job = { job_name: 'test', static_configs, relabel_configs: rules };
  await writeFile(file, toYaml({ scrape_configs: [job] }));
  try {
    const found = await promtool(generation, 'check', 'service-discovery', '--timeout=1s', file, 'test');
    const results = JSON.parse(found) as Result[];
    return new Map(
      results.map(({ discoveredLabels, labels }) => [discoveredLabels.__meta_test ?? '', labels]),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The labels that stay on a series. */
export function visible(labels: Labels = {}): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('__')));
}
