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
    return (
      samples
        // A sampler drops spans on purpose.
        .filter(
          ({ name, labels, value }) =>
            name === 'pmcp_telemetry_dropped_total' && labels.reason !== 'sampled' && value > 0,
        )
        .map(({ labels: { signal, reason }, value }) => ({
          found: `${value} of ${signal} were lost: ${reason}${reason === 'export_failed' ? because(context, signal) : ''}`,
        }))
    );
  },
};

/** Why, in the words of the server's newest line about it, if its log is a file that can be read. */
function because({ settings: { logs } }: Context, signal = ''): string {
  if (logs === undefined || isStore(logs)) return '';
  const said = new RegExp(`${signal} could not be exported, told only once: ([^"\\n]+)`, 'g');
  try {
    const reason = [...tailOf(logs).matchAll(said)].at(-1)?.[1];
    return reason === undefined ? '' : `: ${reason}`;
  } catch {
    // Another check says that the file can't be read.
    return '';
  }
}
