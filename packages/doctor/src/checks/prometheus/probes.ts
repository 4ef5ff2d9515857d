import { query } from '../../facts/prometheus.js';
import { prometheusCheck } from './define.js';

/** What a server answers to a GET of a plain client: it wants a POST, a stream, or a token. */
const ANSWERS = [400, 401, 405, 406];
/** The paths of MCP servers. */
const ADDRESS = '.*/(mcp|sse)/?([?].*)?';

export const probesFitServers = prometheusCheck({
  code: 'PMCP-D441',
  title: 'Probes of blackbox_exporter ask servers what these answer.',
  why: 'An MCP server takes POST, and answers the GET of a probe with an error. So the probe fails for ever, somebody silences its alert, and nobody hears of a real outage.',
  cure: 'Take this answer for a sign of life: `valid_status_codes: [200, 401, 405]` in a module of its own, or probe `/health/ready` of the admin port.',
  severity: 'warn',
  async run(context) {
    const codes = ANSWERS.map((code) => `probe_http_status_code == ${code}`).join(' or ');
    const when = `max_over_time(probe_success{instance=~"${ADDRESS}"}[10m]) == 0 and on (job, instance) (${codes})`;
    const failed = await query(context, `(${codes}) and on (job, instance) (${when})`);
    return failed.map(({ labels, value }) => ({
      found: `the probe of ${labels.instance} (job ${labels.job}) always fails: it gets ${value}`,
    }));
  },
});
