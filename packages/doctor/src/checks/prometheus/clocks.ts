import { CannotRun, type Finding } from '../../check.js';
import { spoken } from '../../facts/duration.js';
import { query } from '../../facts/prometheus.js';
import { instantQuery } from '../../facts/prometheus-api.js';
import { prometheusCheck } from './define.js';

/** Seconds by which clocks may differ. A header has whole seconds only, and an answer takes some time. */
const TOLERANCE = 30;

const CURE =
  'Let the machine ask a time server: `timedatectl set-ntp true`, or chrony; a container has the clock of its host. `date -u` on both shows which is wrong.';

export const prometheusClockIsRight = prometheusCheck({
  code: 'PMCP-D132',
  title: 'The clock of Prometheus is right.',
  why: 'Samples get the time of Prometheus, and people and Alertmanager ask by theirs: panels end before now, and alerts come late or resolve at once.',
  cure: CURE,
  severity: 'fail',
  async run(context) {
    const { difference, uncertain } = await measured(async () => {
      const [found] = await instantQuery(context, 'vector(time())');
      return found?.value;
    });
    return finding(difference, uncertain);
  },
});

export const clocksOfServersAreRight = prometheusCheck({
  code: 'PMCP-D127',
  title: 'No server will have started in the future.',
  why: 'Its clock is ahead of that of Prometheus: tokens seem to have ended or not begun, spans and log lines lie beside those of others, and ages in alerts are negative.',
  cure: CURE,
  severity: 'fail',
  after: ['PMCP-D100', 'PMCP-D132', 'PMCP-D020'],
  async run(context) {
    const ahead = await query(context, `process_start_time_seconds{job=~"pmcp.*"} - time() > ${TOLERANCE}`);
    return ahead.map(({ labels, value }) => ({
      found: `the clock of ${labels.instance} (job ${labels.job}) is at least ${spoken(value)} ahead of that of Prometheus: process_start_time_seconds is in the future`,
    }));
  },
});

/** Asks for the time, and compares it with the middle between the request and the answer. */
async function measured(
  theirs: () => Promise<number | undefined>,
): Promise<{ readonly difference: number; readonly uncertain: number }> {
  const before = Date.now() / 1_000;
  const time = await theirs();
  const after = Date.now() / 1_000;
  if (time === undefined) throw new CannotRun('it does not say what time it is');
  return { difference: time - (before + after) / 2, uncertain: (after - before) / 2 };
}

function finding(difference: number, uncertain: number): Finding[] {
  if (Math.abs(difference) - uncertain <= TOLERANCE) return [];
  const direction = difference > 0 ? 'ahead of' : 'behind';
  return [{ found: `the clock of Prometheus is ${spoken(Math.abs(difference))} ${direction} the one here` }];
}
