import type { Finding } from '../../check.js';
import type { ComposeService } from '../../facts/compose.js';
import { type ConfigurationFile, configurationFiles } from '../../facts/compose-configurations.js';
import { COLLECTORS } from '../../facts/compose-programs.js';
import { composeServices } from '../../facts/compose-servers.js';
import { UNKNOWN, withDefaults } from '../../facts/compose-variables.js';
import { said } from '../../facts/otlp.js';
import { filesCheck } from './define.js';

export const composeCollectorTakesIt = filesCheck({
  code: 'PMCP-D434',
  title: 'In Compose, the collector takes what servers send to it.',
  why: 'A collector refuses what none of its pipelines takes. Its receiver listens on loopback unless `endpoint` says more, and nobody outside of its container reaches it there.',
  cure: 'Give `receivers: { otlp: { protocols: … } }` the protocol with `endpoint: 0.0.0.0:4317` for gRPC, or `0.0.0.0:4318` for HTTP, and `service.pipelines` a pipeline of the signal with this receiver.',
  severity: 'fail',
  rights: 'To read the files, and the configuration of the collector that they mount.',
  after: ['PMCP-D060', 'PMCP-D405', 'PMCP-D422'],
  async run(context) {
    const files = await context.get(configurationFiles);
    const collectors = files.filter(({ program }) => COLLECTORS.includes(program));
    return (await context.get(composeServices)).flatMap((server) =>
      SIGNALS.flatMap((signal): Finding[] => {
        const endpoint = sends(server, signal);
        const collector = collectors.find(({ service }) => service.name === endpoint?.hostname);
        // Another file may be merged into the configuration of one that has several.
        const isWhole = files.filter(({ service }) => service.name === endpoint?.hostname).length === 1;
        const fault = collector && isWhole && endpoint && faultOf(collector, signal, endpoint);
        return fault
          ? [
              {
                found: `service ${server.name} sends ${signal} to ${collector.service.name}, ${fault}`,
                where: { file: collector.source },
              },
            ]
          : [];
      }),
    );
  },
});

const SIGNALS = ['traces', 'logs', 'metrics'] as const;
type Signal = (typeof SIGNALS)[number];

/** Where a server sends a signal to; undefined where it does not, or where a variable decides. */
function sends({ env }: ComposeService, signal: Signal): URL | undefined {
  const name = signal.toUpperCase();
  // Traces go wherever there is an endpoint, the others if they are asked for.
  const exporter = env.get(`OTEL_${name}_EXPORTER`) || (signal === 'traces' ? 'otlp' : 'none');
  const endpoint = withDefaults(said((variable) => env.get(variable), name, 'ENDPOINT')?.value ?? '');
  const isOff = env.get('OTEL_SDK_DISABLED') === 'true' || exporter !== 'otlp';
  return isOff || endpoint.includes(UNKNOWN) || !URL.canParse(endpoint) ? undefined : new URL(endpoint);
}

interface Protocol {
  readonly endpoint?: unknown;
}

interface Configuration {
  readonly receivers?: Readonly<
    Record<string, { readonly protocols?: Readonly<Record<string, Protocol | null>> } | null>
  >;
  readonly service?: {
    readonly pipelines?: Readonly<Record<string, { readonly receivers?: readonly string[] } | null>>;
  };
}

const PROTOCOLS: Readonly<Record<string, string>> = { '4317': 'grpc', '4318': 'http' };

function faultOf({ content }: ConfigurationFile, signal: Signal, { port }: URL): string | undefined {
  const { receivers = {}, service } = content as Configuration;
  const names = Object.keys(receivers).filter((name) => /^otlp(\/|$)/.test(name));
  if (names.length === 0 || service?.pipelines === undefined) return undefined;
  const reached = names.map((name) => [name, listens(receivers[name]?.protocols ?? {}, port)] as const);
  const open = reached.filter(([, how]) => how !== 'closed');
  if (open.length === 0)
    return `whose receiver ${names[0]} listens at port ${port} on loopback only, or not at all`;
  const pipelines = Object.entries(service.pipelines).filter(([name]) => name.split('/')[0] === signal);
  const isTaken = pipelines.some(([, one]) =>
    (one?.receivers ?? []).some((name) => open.some(([own]) => own === name)),
  );
  return isTaken ? undefined : `which has no pipeline of ${signal} for its receiver ${open[0]![0]}`;
}

/** Whether others reach a receiver at a port of OTLP. */
function listens(protocols: Readonly<Record<string, Protocol | null>>, port: string): 'open' | 'closed' {
  const name = PROTOCOLS[port];
  // At another port it can be whatever an `endpoint` says.
  if (name === undefined) return 'open';
  if (!(name in protocols)) return 'closed';
  const endpoint = protocols[name]?.endpoint;
  if (endpoint === undefined) return 'closed';
  return /^(localhost|127\.|\[::1\])/.test(String(endpoint)) ? 'closed' : 'open';
}
