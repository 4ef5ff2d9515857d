import { recorded } from '../../../alerts/slo/recording.js';
import { Random } from '../random.js';
import { END, START } from './chapters.js';
import { SERVERS } from './servers.js';

const DAY = 86_400;
const DAYS = 29;
const EVERY = 600;
/** Seconds between the recordings of windows of days. */
const DAYS_INTERVAL = 120;
/** Each point has the sum of all points that would have been recorded since the previous one. */
const RECORDED = EVERY / 60;

/** The shares of bad events on a usual server. */
const BAD = { Availability: 0.0002, Latency: 0.003, ToolSuccess: 0.012 } as const;

/** Writes what the SLO rules recorded in the month before, as OpenMetrics text. */
export function history(write: (text: string) => void): void {
  const random = new Random(30);
  for (const { labels, load } of SERVERS.filter(({ labels: { pod }, born }) => !born && pod.endsWith('-0'))) {
    const { cluster, namespace, job } = labels;
    for (const [slo, bad] of Object.entries(BAD)) {
      const of = `{cluster="${cluster}",namespace="${namespace}",job="${job}",slo="${slo}"}`;
      const events: string[] = [];
      const errors: string[] = [];
      for (let time = START - DAYS * DAY; time < START; time += EVERY) {
        const rate = load * 5 * RECORDED * (1 + 0.4 * Math.sin((time / DAY) * 2 * Math.PI));
        const worse = random.once(400) ? 20 : random.below(200) / 100;
        events.push(`${recorded.events.name}${of} ${rate.toPrecision(5)} ${time}\n`);
        errors.push(`${recorded.errors.name}${of} ${(rate * bad * worse).toPrecision(5)} ${time}\n`);
      }
      write(events.join('') + errors.join('') + days(of, bad));
    }
  }
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
