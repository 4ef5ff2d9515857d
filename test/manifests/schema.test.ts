import { describe, expect, it } from 'vitest';
import { all } from './manifests.js';
import { faults, type KubernetesObject } from './schema.js';

const deployment = (spec: object): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd' },
  ...{
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      ...spec,
    },
  },
});

describe('the schema check', () => {
  it('accepts a valid object', async () => {
    expect(await faults(deployment({ replicas: 1 }))).toEqual([]);
  });

  it('rejects a wrong type, a missing field and an unknown field, at any depth', async () => {
    expect(await faults(deployment({ replicas: 'one' }))).toEqual([
      expect.stringContaining('/spec/replicas'),
    ]);
    expect(await faults(deployment({ template: {}, selector: undefined }))).toEqual([
      expect.stringContaining('selector'),
    ]);
    expect(await faults({ ...deployment({}), ...{ spc: 1 } })).toEqual([
      '/spc is unknown to apps/v1 Deployment',
    ]);
    const template = { spec: { containers: [{ name: 'c', livenessProb: { httpGet: { port: 1 } } }] } };
    expect(await faults(deployment({ template }))).toContain(
      '/spec/template/spec/containers/0/livenessProb is unknown to apps/v1 Deployment',
    );
  });
});

/** No package has their schemas. `npm run kubernetes` gives the objects to a real API server that has them. */
const WITHOUT_PACKAGE = /^(gateway\.|networking\.istio\.io|argoproj\.io|flagger\.app)/;

describe('every manifest', () => {
  it.each(all.filter(({ object }) => !WITHOUT_PACKAGE.test(object.apiVersion)))(
    '$kind in $file fits its schema',
    async ({ object }) => {
      expect(await faults(object)).toEqual([]);
    },
  );
});
