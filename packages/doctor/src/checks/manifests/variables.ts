import { misspelt } from '@pmcp/observability/internal';
import { isLoopback } from '../../facts/loopback.js';
import { OTLP, otlpFaults } from '../../facts/otlp.js';
import { adminPort, variable } from '../../facts/workloads.js';
import { workloadCheck } from './define.js';

export const variablesAreKnown = workloadCheck(
  {
    code: 'PMCP-D085',
    title: 'The variables of the toolkit are spelt right.',
    why: 'A variable that nobody reads changes nothing, and the server starts as if all were well.',
    cure: 'Take the name that the finding suggests; docs/settings.md has all of them.',
    severity: 'fail',
  },
  ({ title, observed }) =>
    (observed.spec.env ?? []).flatMap(({ name }, i) =>
      misspelt({ [name]: 'set' }).map(({ text }) => ({
        found: `${title}: ${text}`,
        where: observed.at(['env', i]),
      })),
    ),
);

export const adminPortIsOpen = workloadCheck(
  {
    code: 'PMCP-D086',
    title: 'The admin port listens where Prometheus and the probes reach it.',
    why: 'On loopback, or switched off, it answers nobody outside of its container: no probe, no scrape.',
    cure: 'Remove `PMCP_METRICS_HOST`, for in Kubernetes it listens on all addresses by itself (elsewhere `0.0.0.0` does), and give `PMCP_METRICS_PORT` a number.',
    severity: 'fail',
  },
  ({ title, observed }) => {
    const host = variable(observed.spec.env ?? [], 'PMCP_METRICS_HOST');
    const where = observed.at(['env']);
    if (host !== undefined && isLoopback(host))
      return [
        { found: `${title}: PMCP_METRICS_HOST is ${host}, which nobody outside of the pod reaches`, where },
      ];
    if (adminPort(observed) !== undefined) return [];
    return [
      { found: `${title}: PMCP_METRICS_PORT gives the admin port no number that others could know`, where },
    ];
  },
);

export const logsAreQuiet = workloadCheck(
  {
    code: 'PMCP-D087',
    title: 'Logs are not those of a debugger.',
    why: '`debug` and `trace` write many lines for each request: they cost time and money, and hide the lines that matter.',
    cure: 'Set `PMCP_LOG=info`, or only what you look at: `PMCP_LOG=info,pmcp::requests=debug`.',
    severity: 'warn',
  },
  ({ title, observed }) => {
    const levels = variable(observed.spec.env ?? [], 'PMCP_LOG');
    const isLoud = levels?.split(',').some((level) => /^(debug|trace)$/.test(level.trim()));
    return isLoud ? [{ found: `${title}: PMCP_LOG is ${levels}`, where: observed.at(['env']) }] : [];
  },
);

export const telemetryIsOn = workloadCheck(
  {
    code: 'PMCP-D088',
    title: 'Telemetry is not switched off.',
    why: '`OTEL_SDK_DISABLED=true`, and a sampler that takes nothing, leave no trace of a request.',
    cure: 'Remove `OTEL_SDK_DISABLED`, and let `OTEL_TRACES_SAMPLER` be `parentbased_traceidratio` with a part in `OTEL_TRACES_SAMPLER_ARG`.',
    severity: 'warn',
  },
  ({ title, observed: { spec, at } }) => {
    const [off, sampler, part] = ['OTEL_SDK_DISABLED', 'OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG'].map(
      (name) => variable(spec.env ?? [], name),
    );
    if (off === 'true') return [{ found: `${title}: OTEL_SDK_DISABLED is true`, where: at(['env']) }];
    const takesNothing =
      sampler?.endsWith('always_off') || (sampler?.endsWith('ratio') && Number(part) === 0);
    return takesNothing
      ? [{ found: `${title}: the sampler ${sampler} takes nothing`, where: at(['env']) }]
      : [];
  },
);

export const telemetryIsUnderstood = workloadCheck(
  { ...OTLP, code: 'PMCP-D421', title: 'Telemetry is sent in the protocol of the port.' },
  ({ title, observed: { spec, at } }) =>
    otlpFaults((name) => variable(spec.env ?? [], name)).map((fault) => ({
      found: `${title}: ${fault}`,
      where: at(['env']),
    })),
);
