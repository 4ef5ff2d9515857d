import { CannotRun } from '../check.js';
import type { Context } from '../context.js';
import { poll } from '../net/poll.js';
import { secondsOf } from './duration.js';
import { scrape } from './metrics-page.js';
import { matchersOf, query, type Target } from './prometheus.js';
import { numberOf, type Sample } from './samples.js';

const BETWEEN_MS = 500;
/** Milliseconds that a scrape may take. */
const RESERVE_MS = 5_000;

/** What the page shows and Prometheus lacks: all series of a name, or a label of them, or buckets. */
export interface Loss {
  readonly name: string;
  /** Undefined where it lacks all series. */
  readonly label: string | undefined;
  /** The upper bounds of buckets that it lacks, where it has others. */
  readonly bounds?: readonly string[];
  /** One that is lost, as the page has it. */
  readonly sample: Sample;
}

/** Compares by names and labels, after a scrape of what the page shows now. What has left it since may well be gone. */
export async function pageLosses(context: Context, target: Target): Promise<Loss[]> {
  const page = ours(await scrape(context));
  const shown = await timeOf(context, 'vector(time())');
  if ((await lossesOf(context, page, target)).length === 0) return [];
  await scraped(context, target, shown);
  const losses = await lossesOf(context, page, target);
  const now = ours(await scrape(context));
  return losses.filter(({ name, label }) =>
    now.some((sample) => sample.name === name && (label === undefined || hasLabel(sample, label))),
  );
}

async function lossesOf(context: Context, page: readonly Sample[], target: Target): Promise<Loss[]> {
  const had = await storedOf(context, target, labelsOf(page, target));
  return [...lostNames(page, had), ...lostLabels(page, had, target), ...lostBounds(page, had)];
}

/** Waits for a scrape after that time of Prometheus. */
async function scraped(context: Context, target: Target, since: number): Promise<void> {
  const last = `timestamp(up{${matchersOf(target)}})`;
  const forMs = secondsOf(target.scrapeInterval) * 1_000 + RESERVE_MS;
  const isNewer = (time: number) => time > since;
  const look = () => timeOf(context, last);
  if (!isNewer(await poll(context.signal, { forMs, everyMs: BETWEEN_MS }, look, isNewer)))
    throw new CannotRun('Prometheus has not scraped the server since its page was read');
}

async function timeOf(context: Context, expression: string): Promise<number> {
  const [found] = await query(context, expression);
  return found?.value ?? 0;
}

interface Stored {
  readonly names: ReadonlySet<string>;
  /** The names of the series that have a label. */
  readonly byLabel: ReadonlyMap<string, ReadonlySet<string>>;
  readonly bounds: ReadonlyMap<string, ReadonlySet<number>>;
}

async function storedOf(context: Context, target: Target, labels: readonly string[]): Promise<Stored> {
  const all = `__name__=~"pmcp_.+", ${matchersOf(target)}`;
  const namesOf = async (more: string) =>
    new Set(
      (await query(context, `count by (__name__) ({${all}${more}})`)).map(
        ({ labels }) => labels.__name__ ?? '',
      ),
    );
  const [names, buckets, byLabel] = await Promise.all([
    namesOf(''),
    query(context, `count by (__name__, le) ({${all}, le!=""})`),
    Promise.all(labels.map(async (label) => [label, await namesOf(`, ${label}!=""`)] as const)),
  ]);
  const bounds = new Map<string, Set<number>>();
  for (const { labels } of buckets) {
    const { __name__: name = '', le = '' } = labels;
    bounds.set(name, (bounds.get(name) ?? new Set()).add(numberOf(le)));
  }
  return { names, byLabel: new Map(byLabel), bounds };
}

function lostNames(page: readonly Sample[], { names }: Stored): Loss[] {
  return firstOfEach(page)
    .filter(({ name }) => !names.has(name) && !names.has(histogramOf(name)))
    .map((sample) => ({ name: sample.name, label: undefined, sample }));
}

function lostLabels(page: readonly Sample[], { names, byLabel }: Stored, target: Target): Loss[] {
  return labelsOf(page, target).flatMap((label) =>
    firstOfEach(page.filter((sample) => hasLabel(sample, label)))
      .filter(({ name }) => names.has(name) && byLabel.get(label)?.has(name) !== true)
      .map((sample) => ({ name: sample.name, label, sample })),
  );
}

function lostBounds(page: readonly Sample[], { bounds }: Stored): Loss[] {
  const lost = page.filter(({ name, labels: { le } }) => {
    const had = bounds.get(name);
    return le !== undefined && had !== undefined && !had.has(numberOf(le));
  });
  return firstOfEach(lost).map((sample) => {
    const same = lost.filter(({ name }) => name === sample.name);
    const missing = [...new Set(same.map(({ labels }) => labels.le ?? ''))];
    return { name: sample.name, label: 'le', bounds: missing, sample };
  });
}

/** The labels of the page; those that the target has too get another name in Prometheus. */
function labelsOf(page: readonly Sample[], target: Target): string[] {
  const all = new Set(page.flatMap((sample) => Object.keys(sample.labels)));
  return [...all].filter((label) => target.labels[label] === undefined);
}

/** Scraped in the native form, a histogram is one series under this name. */
function histogramOf(name: string): string {
  return name.replace(/_(bucket|sum|count)$/, '');
}

function hasLabel({ labels }: Sample, label: string): boolean {
  return (labels[label] ?? '') !== '';
}

function ours(samples: readonly Sample[]): Sample[] {
  return samples.filter(({ name }) => name.startsWith('pmcp_'));
}

/** One of each name. */
function firstOfEach(samples: readonly Sample[]): Sample[] {
  const seen = new Map<string, Sample>();
  for (const sample of samples) if (!seen.has(sample.name)) seen.set(sample.name, sample);
  return [...seen.values()];
}
