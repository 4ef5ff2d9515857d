import { type Check, type Checks, checks } from './queries.js';

const arg = <Name extends string>(name: Name) => `{{args.${name}}}` as const;

/** A pod is named after the Rollout and the hash of its version. */
const podsOf = (hash: string) => `${arg('rollout')}-${hash}-.+`;

/** How long a check waits for requests, in measurements. Then the rollout pauses, and a person decides. */
const PATIENCE = 10;
/** How many good measurements in a row are enough. */
const GOOD = 5;
/** A measurement that is not good is undecided: with it alone, nothing is rolled back. */
const NEVER = 'false';

/** Returns the AnalysisTemplate of Argo Rollouts. */
export function analysisTemplate(address: string): object {
  const made = checks({
    namespace: arg('namespace'),
    fresh: podsOf(arg('new-hash')),
    old: podsOf(arg('old-hash')),
    window: arg('window'),
  });
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: 'pmcp-slos', labels: { 'app.kubernetes.io/part-of': 'pmcp-observability' } },
    spec: {
      args: [
        { name: 'namespace' },
        { name: 'rollout' },
        { name: 'new-hash' },
        { name: 'old-hash' },
        { name: 'window', value: '5m' },
      ],
      metrics: metrics(made).map(({ query, ...metric }) => ({
        ...metric,
        interval: '1m',
        consecutiveSuccessLimit: GOOD,
        failureLimit: 0,
        inconclusiveLimit: PATIENCE,
        provider: { prometheus: { address, query } },
      })),
    },
  };
}

/** An empty result is neither good nor bad. So is a broken promise that the old version breaks as much. */
function metrics({ requests, promises, comparisons }: Checks) {
  const good = ({ name, query }: Check) => ({
    name,
    query,
    successCondition: 'len(result) > 0 && result[0] <= 1',
  });
  const { enough, ...counted } = requests;
  return [
    { ...counted, successCondition: `result[0] >= ${enough}`, failureCondition: NEVER },
    ...promises.map((check) => ({ ...good(check), failureCondition: NEVER })),
    ...comparisons.map((check) => ({
      ...good(check),
      failureCondition: 'len(result) > 0 && result[0] > 1',
    })),
  ];
}
