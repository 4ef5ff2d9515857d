import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RelabelRule } from '../../prometheus/scrape/options.js';
import { toYaml } from '../../prometheus/yaml.js';
import type { Generation } from './generation.js';
import { promtool } from './promtool.js';

type Labels = Readonly<Record<string, string>>;

/** A discovered target, and its name in the test. */
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
 * Returns the labels that promtool gives the targets, by their names. Dropped targets have no labels. All
 * targets are checked at once, because promtool waits a second for more targets.
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

/** Returns the labels that stay on a series. */
export function visible(labels: Labels = {}): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('__')));
}
