import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Api } from '../support/api.js';
import { eventually } from '../support/autoscaler.js';
import { LEAST, renderedText } from '../support/chart.js';
import { kubectl } from '../support/cluster.js';
import { Crowd } from '../support/crowd.js';
import { Keda } from '../support/keda.js';
import { Replicas } from '../support/replicas.js';
import { merged } from '../support/switches.js';

const IN = '--namespace=notes';
const tell = (failure: string) => void process.stderr.write(`${failure}\n`);
/** The query of the page, over seconds: after that time nobody counts as calling any more. */
const WAKE = 'sum(rate(nginx_ingress_controller_requests{ingress="notes", status="503"}[10s]))';

interface Status {
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
  }[];
}

/** Returns the status of a condition of the ScaledObject, and its reason. */
async function condition(wanted: string): Promise<string> {
  const text = await kubectl(['get', 'scaledobject', 'notes', IN, '--output=json']);
  const { conditions } = (JSON.parse(text) as { readonly status?: Status }).status ?? {};
  const found = conditions?.find(({ type }) => type === wanted);
  return `${found?.status} ${found?.reason}`;
}

describe('a server of the chart that may sleep, with the real KEDA,', () => {
  const crowd = new Crowd();
  const gateway = new URL('/mcp', inject('gatewayUrl'));
  const asleep = () => eventually(() => trace.wanted === 0 && trace.ready === 0);
  let api: Api;
  let keda: Keda;
  let trace: Replicas;
  let manifests: string;

  beforeAll(async () => {
    keda = await Keda.start(inject('kubeconfig'), tell);
    keda.services.offer('prometheus.monitoring.svc:9090', inject('prometheusUrl'));
    api = new Api(inject('kubeconfig'));
    trace = await Replicas.watch(api, 'notes', 'notes');
    const [port, metrics] = inject('ports');
    const autoscaling = { engine: 'keda', minReplicas: 0, wakeQuery: WAKE };
    manifests = await renderedText(
      merged(LEAST, { autoscaling, server: { port }, metrics: { port: metrics } }),
    );
    // As the examples do, which other tests have in the same namespace.
    await kubectl(['apply', '--filename=examples/kubernetes/base/namespace.yaml']);
    await kubectl(['apply', IN, '--filename=-'], manifests);
    // Its five minutes, as seconds.
    const patch = JSON.stringify({ spec: { cooldownPeriod: 5 } });
    await kubectl(['patch', 'scaledobject', 'notes', IN, '--type=merge', `--patch=${patch}`]);
  });

  afterAll(async () => {
    await crowd.leave();
    await kubectl(['delete', IN, '--cascade=foreground', '--filename=-'], manifests);
    trace.stop();
    api.close();
    await keda.stop();
    process.stderr.write(`zero: ${trace}\n`);
  });

  it('sleeps as soon as its pod is counted and has no client', async () => {
    await asleep();
    expect(trace.all).toEqual([1, 0]);
  });

  it('keeps sleeping while nobody calls, and KEDA says that nothing answers its query', async () => {
    await eventually(async () => (await condition('Ready')) === 'False TriggerError');
    expect(await condition('Active')).toBe('False ScalerNotActive');
    expect(trace.wanted).toBe(0);
  });

  it('wakes for a client that the gateway had to refuse, which is then served', async () => {
    await expect(crowd.sessions(1, [gateway])).rejects.toThrow(/503/);
    const begin = performance.now();
    await eventually(() =>
      crowd.sessions(1, [gateway]).then(
        () => true,
        () => false,
      ),
    );
    tell(`zero: the first client was served after ${((performance.now() - begin) / 1000).toFixed(1)} s`);
    expect(trace.all).toEqual([1, 0, 1]);
  });

  it('stays awake for its session, long after the last refusal', async () => {
    await eventually(async () => (await refusals()) === 0);
    const before = keda.services.asked;
    await eventually(() => keda.services.asked > before + 6);
    expect(trace.all).toEqual([1, 0, 1]);
  });

  it('sleeps again when the client has gone', async () => {
    await crowd.leave();
    await asleep();
    expect(trace.all).toEqual([1, 0, 1, 0]);
  });
});

/** How often the gateway refuses somebody, as KEDA sees it. */
async function refusals(): Promise<number> {
  const url = `${inject('prometheusUrl')}/api/v1/query?query=${encodeURIComponent(WAKE)}`;
  const { data } = (await (await fetch(url)).json()) as {
    readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
  };
  return Number(data.result[0]?.value[1]);
}
