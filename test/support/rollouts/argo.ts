import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Prometheus } from '../../../scripts/start/prometheus.js';

type Phase = 'Successful' | 'Inconclusive' | 'Failed';

interface Metric {
  readonly name: string;
  readonly successCondition: string;
  readonly failureCondition: string;
  readonly consecutiveSuccessLimit: number;
  readonly failureLimit: number;
  readonly inconclusiveLimit: number;
  readonly provider: { readonly prometheus: { readonly query: string } };
}

interface Spec {
  readonly args: readonly { readonly name: string; readonly value?: string }[];
  readonly metrics: readonly Metric[];
}

const FILE = 'examples/kubernetes/rollouts-argo/analysis-template.yaml';
const { spec } = parse(readFileSync(FILE, 'utf8')) as { readonly spec: Spec };

/** Best first, as Argo Rollouts sorts them. */
const ORDER: readonly Phase[] = ['Successful', 'Inconclusive', 'Failed'];

/** The conditions are in a language that agrees with JavaScript as far as they use it. */
const holds = (condition: string, result: readonly number[]): boolean =>
  new Function('result', 'len', `return ${condition}`)(result, (list: readonly number[]) => list.length);

/** Follows one metric of the template, as Argo Rollouts does: it has limits, and no end of its own. */
class Measured {
  private good = 0;
  private failed = 0;
  private undecided = 0;

  constructor(
    private readonly metric: Metric,
    private readonly query: string,
  ) {}

  async measure(prometheus: Prometheus): Promise<Phase | undefined> {
    const { successCondition, failureCondition, ...limits } = this.metric;
    const result = (await prometheus.query(this.query)).map(({ value }) => value);
    if (holds(failureCondition, result)) this.failed++;
    else if (!holds(successCondition, result)) this.undecided++;
    this.good = holds(successCondition, result) ? this.good + 1 : 0;
    if (this.failed > limits.failureLimit) return 'Failed';
    if (this.undecided > limits.inconclusiveLimit) return 'Inconclusive';
    return this.good >= limits.consecutiveSuccessLimit ? 'Successful' : undefined;
  }

  get name(): string {
    return this.metric.name;
  }
}

/** How an analysis ended, and which metric decided. */
interface Verdict {
  readonly phase: Phase;
  readonly metrics: readonly string[];
}

/** Runs the AnalysisTemplate of the example with these arguments. It measures whenever `pause` ends. */
export async function analyse(
  prometheus: Prometheus,
  given: Readonly<Record<string, string>>,
  pause: () => Promise<unknown>,
): Promise<Verdict> {
  const values = Object.fromEntries(spec.args.map(({ name, value }) => [name, given[name] ?? value]));
  const filled = (text: string) => text.replaceAll(/\{\{args\.([\w-]+)\}\}/g, (_, name) => values[name]!);
  let running = spec.metrics.map((metric) => new Measured(metric, filled(metric.provider.prometheus.query)));
  for (;;) {
    await pause();
    const ended = await Promise.all(
      running.map(async (one) => ({ one, phase: await one.measure(prometheus) })),
    );
    const worst = ORDER.findLast((phase) => ended.some((end) => end.phase === phase));
    running = ended.filter(({ phase }) => phase === undefined).map(({ one }) => one);
    if (worst !== undefined && (worst !== 'Successful' || running.length === 0)) {
      const metrics = ended.filter(({ phase }) => phase === worst).map(({ one }) => one.name);
      return { phase: worst, metrics: worst === 'Successful' ? [] : metrics };
    }
  }
}
