import { readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';
import type { Prometheus } from '../../../scripts/start/prometheus.js';

interface Metric {
  readonly name: string;
  readonly thresholdRange: { readonly min?: number; readonly max?: number };
  readonly templateRef: { readonly name: string };
}

interface Analysis {
  readonly threshold: number;
  readonly maxWeight: number;
  readonly stepWeight: number;
  readonly metrics: readonly Metric[];
}

interface Template {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly query: string };
}

const FOLDER = 'examples/kubernetes/rollouts-flagger';
const { analysis } = (
  parse(readFileSync(`${FOLDER}/canary.yaml`, 'utf8')) as { readonly spec: { readonly analysis: Analysis } }
).spec;
const templates = parseAllDocuments(readFileSync(`${FOLDER}/metric-templates.yaml`, 'utf8')).map(
  (document) => document.toJS() as Template,
);

/** How a canary ended, and why it was halted each time. */
interface End {
  readonly phase: 'Succeeded' | 'Failed';
  readonly halts: readonly string[];
}

/** Advances the Canary of the example, as Flagger does: by one step, or by one failed check, whenever `pause` ends. */
export async function advance(
  prometheus: Prometheus,
  values: Readonly<Record<string, string>>,
  pause: () => Promise<unknown>,
): Promise<End> {
  const halts: string[] = [];
  let weight = analysis.stepWeight;
  for (;;) {
    await pause();
    if (halts.length >= analysis.threshold) return { phase: 'Failed', halts };
    const failed = await firstFailed(prometheus, values);
    if (failed !== undefined) halts.push(failed);
    else if (weight >= analysis.maxWeight) return { phase: 'Succeeded', halts };
    else weight += analysis.stepWeight;
  }
}

/** Flagger stops at the first metric that is out of its range, or that has no value. */
async function firstFailed(
  prometheus: Prometheus,
  values: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  for (const { name, thresholdRange, templateRef } of analysis.metrics) {
    const { query } = templates.find(({ metadata }) => metadata.name === templateRef.name)!.spec;
    const value = await prometheus.number(query.replaceAll(/\{\{ (\w+) \}\}/g, (_, key) => values[key]!));
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = thresholdRange;
    if (value === undefined || value < min || value > max) return name;
  }
  return undefined;
}
