import { unexpected } from '../expected.js';
import type { AnyGrouping } from './aggregate.js';
import { summed } from './counters.js';
import { Expression } from './expression.js';
import type { Condition } from './matcher.js';
import type { Histogram } from './metric.js';
import { upTo } from './up-to.js';

/** The series that observations are read from, before they are grouped. */
interface Source {
  readonly histogram: Histogram;
  /** The classic buckets that meet a condition; all of them if there is none. */
  buckets(le?: Condition): Expression<never>;
  readonly native: Expression<never>;
  readonly grouping: AnyGrouping;
}

/**
 * The observations of a histogram, queried in the form that Prometheus stores. If it stores both forms, each
 * series counts once: its classic buckets if there are any, otherwise its native ones.
 */
export class Observations<Label extends string> {
  constructor(private readonly source: Source) {}

  /**
   * Returns the value that a fraction of the observations, 0 to 1, does not exceed. It is estimated from the
   * buckets.
   */
  quantile(fraction: number): Expression<Label> {
    if (!(fraction >= 0 && fraction <= 1)) throw unexpected('fraction', 'a number from 0 to 1', fraction);
    const { native, grouping } = this.source;
    const { by, ...others } = grouping;
    const of = (buckets: Expression<never>, kept: AnyGrouping) =>
      summed(buckets, kept).inside<Label>((inner) => `histogram_quantile(${fraction}, ${inner})`);
    const ofClassic = of(this.source.buckets(), by ? { by: ['le', ...by] } : others);
    const ofNative = of(native, grouping);
    return Expression.byForm({
      classic: () => ofClassic,
      native: () => ofNative,
      both: () => ofClassic.or(ofNative),
    });
  }

  /**
   * Returns the number of observations in each bucket, for a heatmap. Native ones are one series with all
   * buckets, without `le`.
   */
  inBuckets(): Expression<Label | 'le'> {
    const { native, grouping } = this.source;
    const { by, ...others } = grouping;
    const ofClassic = summed(this.source.buckets(), by ? { by: ['le', ...by] } : others);
    const ofNative = summed(native, grouping);
    const matching = by ? { on: by } : { ignoring: ['le', ...(grouping.without ?? [])] };
    return Expression.byForm<never>({
      classic: () => ofClassic,
      native: () => ofNative,
      both: () => ofClassic.or(ofNative.unless<never>(ofClassic, matching as { on: never[] })),
    });
  }

  /** Returns the number of observations. */
  count(): Expression<Label> {
    return this.counted((grouping) => this.upTo('+Inf', grouping), this.ofNative('histogram_count('));
  }

  /**
   * Returns the number of observations that were not above a bound. For classic histograms it must be the
   * bound of a bucket.
   */
  atMost(bound: number): Expression<Label> {
    const share = this.ofNative(`histogram_fraction(-Inf, ${bound}, `);
    return this.counted((grouping) => this.within(bound, grouping), this.part(share.gte(0)));
  }

  /**
   * Returns the number of observations above such a bound. It may have no series where there were none.
   *
   * @param all the number of observations of each series, if a counter has it: counting native ones takes six
   * times as long
   */
  above(bound: number, all?: Expression<string>): Expression<Label> {
    const share = this.ofNative(`histogram_fraction(${bound}, +Inf, `).gt(0);
    return this.counted(
      (grouping) => this.upTo('+Inf', grouping).minus(this.within(bound, grouping)),
      all === undefined ? this.part(share) : share.times(all as Expression<never>),
    );
  }

  private ofNative(call: string): Expression<never> {
    return this.source.native.inside((inner) => `${call}${inner})`);
  }

  /** Converts a share of the native observations to their number. */
  private part(share: Expression<never>): Expression<never> {
    return share.times(this.ofNative('histogram_count('));
  }

  private within(bound: number, grouping: AnyGrouping): Expression<never> {
    return this.upTo(upTo(this.source.histogram, bound), grouping);
  }

  private upTo(le: Condition, { by, without = [] }: AnyGrouping): Expression<never> {
    return summed(this.source.buckets(le), by ? { by } : { without: [...without, 'le'] });
  }

  /**
   * In the form `both`, chooses the form for each series before it sums them. Numbers can be summed, unlike
   * quantiles.
   */
  private counted(
    classic: (grouping: AnyGrouping) => Expression<never>,
    native: Expression<never>,
  ): Expression<Label> {
    const { grouping } = this.source;
    return Expression.byForm({
      classic: () => classic(grouping),
      native: () => summed(native, grouping),
      both: () => summed(classic({}).or(native), grouping),
    });
  }
}
