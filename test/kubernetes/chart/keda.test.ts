import { describe, expect, it } from 'vitest';
import { syntaxErrors } from '../../support/promql-syntax.js';
import { LEAST, rendered, WITH_PROXY } from '../support/chart.js';
import { merged } from '../support/switches.js';

interface ScaledObject {
  readonly spec: {
    readonly minReplicaCount: number;
    readonly triggers: readonly { readonly metadata: { readonly query?: string } }[];
  };
}

/** The query by which KEDA counts the connections of a server. */
async function query(values: object): Promise<string> {
  const objects = await rendered(merged(LEAST, { autoscaling: { engine: 'keda' }, ...values }));
  const { spec } = objects.find(({ kind }) => kind === 'ScaledObject') as unknown as ScaledObject;
  return spec.triggers.find(({ metadata }) => metadata.query)!.metadata.query!;
}

describe('the query of KEDA', () => {
  it.each([
    ['alone', {}],
    ['behind the proxy', { proxy: WITH_PROXY }],
  ])('can be read by Prometheus: %s', async (_, values) => {
    expect(syntaxErrors(await query(values))).toEqual([]);
  });

  it('counts the pods of its own release, not those of a neighbour with a longer name', async () => {
    const [, pattern] = /kubernetes_pod_name=~"([^"]+)"/.exec(await query({ proxy: WITH_PROXY }))!;
    const pods = new RegExp(`^(?:${pattern})$`);
    expect('notes-7d4b9c6f5d-x2x8k').toMatch(pods);
    expect('notes-api-7d4b9c6f5d-x2x8k').not.toMatch(pods);
  });
});

describe('a server that is scaled to zero', () => {
  const wakeQuery = 'sum(rate(nginx_ingress_controller_requests{ingress="notes",status="503"}[2m]))';
  const autoscaling = { engine: 'keda', minReplicas: 0, wakeQuery };

  it('is started by a query that asks for no second pod, and sleeps only while its pods are counted', async () => {
    const objects = await rendered(merged(LEAST, { autoscaling }));
    const { spec } = objects.find(({ kind }) => kind === 'ScaledObject') as unknown as ScaledObject;
    expect(spec.minReplicaCount).toBe(0);
    const [connections, wake] = spec.triggers.flatMap(({ metadata }) => (metadata.query ? [metadata] : []));
    expect(connections).toMatchObject({ ignoreNullValues: 'false' });
    expect(wake).toMatchObject({
      query: `(${wakeQuery}) or vector(0)`,
      threshold: '1000000',
      activationThreshold: '0',
    });
    expect(syntaxErrors(wake!.query!)).toEqual([]);
  });
});
