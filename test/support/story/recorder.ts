import { Random } from '../random.js';
import { END, START, STEP } from './chapters.js';
import { shareUpTo } from './lognormal.js';

export type Labels = Readonly<Record<string, string>>;
/** Returns the value at a time. Undefined: the series does not exist then. */
export type At = (time: number) => number | undefined;

/** The number of observations per second, and their distribution. */
export interface Observations {
  readonly rate: number;
  readonly median: number;
  /** The standard deviation of the logarithm. */
  readonly spread: number;
}

interface Named {
  readonly name: string;
}

export interface Life {
  /** When the process restarts, so that its counters begin at 0. */
  readonly restarts?: readonly number[];
  readonly born?: number;
  /** Seconds between scrapes. */
  readonly step?: number;
}

const SMOOTH = 0.8;
const LOUD = 0.25;

/**
 * Writes every scrape of one target as OpenMetrics text.
 * Each series has its own noise, the same in every run.
 */
export class Recorder {
  private readonly restarts: readonly number[];
  private readonly times: readonly number[];
  private readonly step: number;

  /** @param write gets the text, piece by piece */
  constructor(
    private readonly write: (text: string) => void,
    private readonly target: Labels,
    { restarts = [], born = START, step = STEP }: Life = {},
  ) {
    this.restarts = restarts;
    this.step = step;
    const all = Array.from({ length: (END - START) / step + 1 }, (_, index) => START + index * step);
    this.times = all.filter((time) => time >= born);
  }

  /** @param noise as a share of the value */
  gauge({ name }: Named, labels: Labels, at: At, noise = 0): void {
    const series = this.series(name, labels);
    const wobble = noiseOf(series, noise);
    this.samples(series, (time) => {
      const value = at(time);
      if (value === undefined) return undefined;
      // Whole numbers stay whole.
      return Number.isInteger(value) ? Math.round(value * wobble()) : value * wobble();
    });
  }

  /** @param rate per second */
  counter({ name }: Named, labels: Labels, rate: At): void {
    const series = this.series(name, labels);
    const wobble = noiseOf(series, LOUD);
    let total = 0;
    this.samples(series, (time) => {
      const now = rate(time);
      const noise = wobble();
      if (this.restarted(time)) total = 0;
      if (now === undefined) return undefined;
      total += now * noise * this.step;
      return total;
    });
  }

  histogram(
    { name, buckets = [] }: Named & { readonly buckets?: readonly number[] },
    labels: Labels,
    at: (time: number) => Observations | undefined,
  ): void {
    const wobble = noiseOf(this.series(name, labels), LOUD);
    const noise = new Map(this.times.map((time) => [time, wobble()]));
    const of = (factor: (observed: Observations) => number) => (time: number) => {
      const observed = at(time);
      return observed && observed.rate * (noise.get(time) ?? 1) * factor(observed);
    };
    for (const bound of buckets) {
      this.smooth(
        `${name}_bucket`,
        { ...labels, le: String(bound) },
        of((one) => shareUpTo(bound, one)),
      );
    }
    this.smooth(
      `${name}_bucket`,
      { ...labels, le: '+Inf' },
      of(() => 1),
    );
    this.smooth(
      `${name}_count`,
      labels,
      of(() => 1),
    );
    this.smooth(
      `${name}_sum`,
      labels,
      of(({ median, spread }) => median * Math.exp(spread ** 2 / 2)),
    );
  }

  /** Writes a counter whose rate already includes noise. */
  private smooth(name: string, labels: Labels, rate: At): void {
    let total = 0;
    this.samples(this.series(name, labels), (time) => {
      if (this.restarted(time)) total = 0;
      const now = rate(time);
      if (now === undefined) return undefined;
      total += now * this.step;
      return total;
    });
  }

  private samples(series: string, at: At): void {
    const lines: string[] = [];
    for (const time of this.times) {
      const value = at(time);
      if (value !== undefined) lines.push(`${series} ${short(value)} ${time}\n`);
    }
    this.write(lines.join(''));
  }

  private restarted(time: number): boolean {
    return this.restarts.some((restart) => restart > time - this.step && restart <= time);
  }

  private series(name: string, labels: Labels): string {
    const pairs = Object.entries({ ...this.target, ...labels }).map(
      ([label, value]) => `${label}="${value}"`,
    );
    return `${name}{${pairs.join(',')}}`;
  }
}

/** Rounds to the digits that a picture shows. Whole numbers, such as times, keep all digits. */
function short(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(7));
}

/** Returns a generator of factors around 1. Each is near the previous one. */
function noiseOf(series: string, amount: number): () => number {
  const random = new Random(seedOf(series));
  let last = 0;
  return () => {
    last = SMOOTH * last + (1 - SMOOTH) * (random.below(2001) / 1000 - 1);
    return 1 + amount * last * 2;
  };
}

function seedOf(text: string): number {
  return [...text].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), 0x811c9dc5);
}
