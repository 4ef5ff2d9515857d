import { recorded } from '../../../alerts/slo/recording.js';
import { Random } from '../random.js';
import { END, START } from './chapters.js';
import { SERVERS } from './servers.js';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const DAYS = 29;
const EVERY = 600;
/** Seconds between the recordings of windows of days. */
const DAYS_INTERVAL = 120;
/** Seconds for which a recorded rate counts. */
const MINUTE = 60;
/** Each point has the sum of all points that would have been recorded since the previous one. */
const RECORDED = EVERY / MINUTE;

/** The shares of bad events on a usual server. */
const BAD = { Availability: 0.0002, Latency: 0.003, ToolSuccess: 0.012 } as const;

interface Point {
  readonly time: number;
  readonly events: number;
  readonly errors: number;
}

/** Writes what the SLO rules recorded in the month before, as OpenMetrics text. */
export function history(write: (text: string) => void): void {
  const random = new Random(30);
  for (const { labels, load } of SERVERS.filter(({ labels: { pod }, born }) => !born && pod.endsWith('-0'))) {
    const { cluster, namespace, job } = labels;
    for (const [slo, bad] of Object.entries(BAD)) {
      const of = `{cluster="${cluster}",namespace="${namespace}",job="${job}",slo="${slo}"}`;
      const points: Point[] = [];
      for (let time = START - DAYS * DAY; time < START; time += EVERY) {
        const rate = load * 5 * RECORDED * (1 + 0.4 * Math.sin((time / DAY) * 2 * Math.PI));
        const worse = random.once(400) ? 20 : random.below(200) / 100;
        points.push({ time, events: rate, errors: rate * bad * worse });
      }
      const series = (names: Names, all: readonly Point[]) =>
        (['events', 'errors'] as const).map((which) =>
          all
            .map((point) => `${names[which].name}${of} ${point[which].toPrecision(5)} ${point.time}\n`)
            .join(''),
        );
      write([...series(recorded, points), ...counts(points, series), days(of, bad)].join(''));
    }
  }
}

type Names = Readonly<Record<'events' | 'errors', { readonly name: string }>>;

/** Returns the counts of windows, of which longer windows consist, until the rules run. */
function counts(
  points: readonly Point[],
  series: (names: Names, all: readonly Point[]) => string[],
): string[] {
  const within = (seconds: number, { time }: Point, index: number): Point => {
    const window = points.slice(Math.max(0, index + 1 - seconds / EVERY), index + 1);
    const sum = (which: 'events' | 'errors') => window.reduce((all, point) => all + point[which], 0) * MINUTE;
    return { time, events: sum('events'), errors: sum('errors') };
  };
  const known = points.filter(({ time }) => time < END - DAY);
  const late = known.filter(({ time }) => time >= START - 3 * DAY);
  const over = (seconds: number, of: readonly Point[]) =>
    of.map((point) => within(seconds, point, points.indexOf(point)));
  const hours = known.filter(({ time }) => time % HOUR === 0);
  return [
    ...series({ events: recorded.eventsOfHours, errors: recorded.errorsOfHours }, over(HOUR, hours)),
    ...(['6h', '1d'] as const).flatMap((window) =>
      series(
        { events: recorded.eventCount(window), errors: recorded.errorCount(window) },
        over(window === '1d' ? DAY : 6 * HOUR, late),
      ),
    ),
  ];
}

/**
 * Returns the recordings for the days before the rules run.
 * A budget is known only after a server was watched for a day.
 */
function days(of: string, bad: number): string {
  const ratios: string[] = [];
  for (let time = START - 3 * DAY; time < END - DAY; time += DAYS_INTERVAL) {
    ratios.push(`${recorded.errorRatio('1d').name}${of} ${bad} ${time}\n`);
  }
  return ratios.join('');
}
