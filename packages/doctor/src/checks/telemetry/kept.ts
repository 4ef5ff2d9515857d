import type { Check } from '../../check.js';
import type { Context } from '../../context.js';
import { isStore, tailOf } from '../../facts/logs.js';
import { metricsPage } from '../../facts/metrics-page.js';

/** The code of the line that says why an export failed. */
const EXPORT_FAILED = 'PMCP_W_EXPORT_FAILED';

export const telemetryIsKept: Check = {
  code: 'PMCP-D051',
  group: 'telemetry',
  title: 'No telemetry is lost.',
  why: 'What is lost is missing when somebody looks for a request: spans, log lines, or metrics.',
  cure: `\`queue_full\`: the collector is slow. \`export_failed\`: it is away, or asked in a wrong way, such as HTTP at the port for gRPC; the line ${EXPORT_FAILED} in the log of the server says why. Other reasons are in docs/troubleshooting.md.`,
  severity: 'warn',
  needs: [['url', 'admin']],
  rights: 'GET of `/metrics` on the admin port, and to read the file of `--logs` if there is one.',
  after: ['PMCP-D011'],
  async run(context) {
    const { samples } = await context.get(metricsPage);
    // A sampler drops spans on purpose.
    const lost = samples.filter(
      ({ name, labels, value }) =>
        name === 'pmcp_telemetry_dropped_total' && labels.reason !== 'sampled' && value > 0,
    );
    const failed = ({ labels }: (typeof lost)[number]) => labels.reason === 'export_failed';
    const log = lost.some(failed) ? logOf(context) : '';
    return lost.map((one) => {
      const { signal = '', reason } = one.labels;
      return {
        found: `${one.value} of ${signal} were lost: ${reason}${failed(one) ? because(log, signal) : ''}`,
      };
    });
  },
};

/** The end of the server's log, if it is a file that can be read. */
function logOf({ settings: { logs } }: Context): string {
  if (logs === undefined || isStore(logs)) return '';
  try {
    return tailOf(logs);
  } catch {
    // Another check says that the file can't be read.
    return '';
  }
}

/** Why, in the words of the newest line about it. */
function because(log: string, signal: string): string {
  const said = new RegExp(`${signal} could not be exported, told only once: ([^"\\n]+)`, 'g');
  const reason = [...log.matchAll(said)].at(-1)?.[1];
  return reason === undefined ? '' : `: ${reason}`;
}
