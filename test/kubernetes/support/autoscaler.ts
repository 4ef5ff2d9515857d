import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { inject } from 'vitest';
import { until } from '../../support/until.js';
import { kubectl } from './cluster.js';
import { withComponents } from './components.js';

/** How long anything may take on a machine that does much else. */
const PATIENCE_MS = 180_000;

/** Waits for what the cluster will do in its own time. */
export const eventually = (condition: () => boolean | Promise<boolean>) => until(condition, PATIENCE_MS);

/** An example of an autoscaler. */
export interface Engine {
  /** The component that adds it to the example server. */
  readonly component: string;
  /** The object that a user has, such as `hpa/notes`. */
  readonly object: string;
  /** Returns a change of this object that changes how it scales. */
  readonly behaves: (behavior: object) => object;
  /** The HorizontalPodAutoscaler that does the work. */
  readonly worker: string;
  /** The commands of the page that only another autoscaler can answer. */
  readonly foreign: RegExp;
}

type Behavior = NonNullable<NonNullable<IHorizontalPodAutoscaler['spec']>['behavior']>;
type Status = NonNullable<IHorizontalPodAutoscaler['status']>;

const IN = '--namespace=notes';

/** An autoscaler of the examples in the real cluster, with all that belongs to it. */
export class Autoscaler {
  private manifests = '';

  constructor(private readonly engine: Engine) {}

  /** Applies the example as it is, but for ports that are free here. Again: undoes what a test has changed. */
  async apply(): Promise<void> {
    const [clients, metrics] = inject('ports');
    const text = await kubectl(['kustomize', withComponents([this.engine.component])]);
    // The port of Prometheus is not one of ours.
    this.manifests = text.replaceAll('8080', String(clients)).replaceAll(/(?<!\.svc:)9090/g, String(metrics));
    await kubectl(['apply', '--filename=-'], this.manifests);
  }

  async remove(): Promise<void> {
    await kubectl(['delete', this.engine.object, IN]);
    await kubectl(['delete', 'deployment', 'notes', IN, '--cascade=foreground']);
  }

  /** Takes away the right to add pods until `go`, so that many clients have come before it looks. */
  hold(): Promise<void> {
    return this.change({ scaleUp: { selectPolicy: 'Disabled' } });
  }

  async go(): Promise<void> {
    await this.change({ scaleUp: { selectPolicy: 'Max' } });
  }

  /** Makes the minutes of the way down seconds. */
  hurry(): Promise<void> {
    const policies = [
      { type: 'Percent', value: 10, periodSeconds: 3 },
      { type: 'Pods', value: 1, periodSeconds: 3 },
    ];
    return this.change({ scaleDown: { stabilizationWindowSeconds: 0, policies } });
  }

  async worker(): Promise<IHorizontalPodAutoscaler> {
    return JSON.parse(await kubectl(['get', 'hpa', this.engine.worker, IN, '--output=json']));
  }

  /** Returns the reason of a condition, such as `ScaleDownStabilized`. */
  async reason(type: string): Promise<string | undefined> {
    const { conditions } = (await this.worker()).status as Status;
    return conditions?.find((condition) => condition.type === type)?.reason;
  }

  /** Returns the percentage of CPU that it sees. */
  async cpu(): Promise<number | undefined> {
    const { currentMetrics } = (await this.worker()).status as Status;
    const seen = currentMetrics?.find(({ containerResource }) => containerResource?.name === 'cpu');
    return seen?.containerResource?.current.averageUtilization;
  }

  private async change(behavior: Behavior): Promise<void> {
    const patch = JSON.stringify(this.engine.behaves(behavior));
    await kubectl(['patch', this.engine.object, IN, '--type=merge', `--patch=${patch}`]);
    await eventually(async () => includes((await this.worker()).spec?.behavior, behavior));
  }
}

/** Says whether an object has all fields of another one. */
function includes(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return whole === part;
  return Object.entries(part).every(([key, value]) =>
    includes((whole as Record<string, unknown> | undefined)?.[key], value),
  );
}
