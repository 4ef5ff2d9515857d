import { catalog } from '@pmcp/observability/catalog';

/** A series of a synthetic server. `share` is its growth with each call of a tool. */
export interface Growing {
  readonly name: string;
  readonly labels: string;
  readonly share: number;
}

const ANSWERS = [
  ['POST', '200', '', 1],
  ['POST', '202', '', 0.2],
  ['GET', '200', '', 0.01],
  ['DELETE', '200', '', 0.01],
  ['POST', '401', 'unauthorized', 0.01],
  ['POST', '400', 'header_mismatch', 0.001],
  ['POST', '404', 'unknown_session', 0.001],
] as const;
const KINDS = ['tools_list_changed', 'resources_updated', 'session'];

/** The series of a server's HTTP endpoint: exchanges, first bytes, and streams. */
export const endpointSeries: readonly Growing[] = [
  ...ANSWERS.map(([method, status, reason, share]) => ({
    name: catalog.httpExchanges.name,
    labels: `http_method="${method}",status="${status}",reason="${reason}"`,
    share,
  })),
  ...bucketsOf(catalog.httpFirstByte, 'http_method="POST"', 1),
  ...KINDS.map((kind) => ({
    name: catalog.subscriptionNotifications.name,
    labels: `kind="${kind}"`,
    share: 0.05,
  })),
  ...KINDS.flatMap((kind) => bucketsOf(catalog.subscriptionDuration, `kind="${kind}"`, 0.01)),
  ...['ok', 'server_error'].map((outcome) => ({
    name: catalog.requests.name,
    labels: `method="subscriptions/listen",name="",outcome="${outcome}"`,
    share: outcome === 'ok' ? 0.01 : 0,
  })),
];

/** Gauges with constant values: open streams, and calls that continue. */
export const endpointGauges: readonly string[] = [
  ...KINDS.map((kind) => `${catalog.activeSubscriptions.name}{kind="${kind}"} 20`),
  ...KINDS.map((kind) => `${catalog.silentSubscriptions.name}{kind="${kind}"} 5`),
  `${catalog.subscriptionsLimit.name} 1000`,
  ...['task', 'rounds'].map((kind) => `${catalog.operationsInProgress.name}{kind="${kind}"} 2`),
  `${catalog.requestsWaiting.name}{method="tools/call"} 1`,
];

/** The series for calls of a tool that asks its user, and of a tool that makes tasks. */
export const unfinishedSeries: readonly Growing[] = [
  ...operations('rounds', 'tool_0'),
  ...operations('task', 'tool_1'),
  { name: catalog.requests.name, labels: callOf('tool_0', 'input_required'), share: 0.2 },
  { name: catalog.requests.name, labels: callOf('tool_1', 'task'), share: 0.2 },
  ...['ok', 'declined', 'dismissed'].map((outcome) => ({
    name: catalog.serverRequests.name,
    labels: `method="elicitation/create",mode="form",outcome="${outcome}"`,
    share: 0.06,
  })),
];

function operations(kind: string, name: string): Growing[] {
  return ['ok', 'abandoned'].flatMap((outcome) =>
    bucketsOf(
      catalog.operationDuration,
      `kind="${kind}",method="tools/call",name="${name}",outcome="${outcome}"`,
      outcome === 'ok' ? 0.19 : 0.01,
    ),
  );
}

function callOf(name: string, outcome: string): string {
  return `method="tools/call",name="${name}",outcome="${outcome}"`;
}

/** Returns the series of a histogram whose observations are all in its middle bucket. */
function bucketsOf(
  { name, buckets }: { readonly name: string; readonly buckets?: readonly number[] },
  labels: string,
  share: number,
): Growing[] {
  const bounds = [...(buckets ?? []), '+Inf'];
  const middle = bounds.length / 2;
  return [
    ...bounds.map((le, index) => ({
      name: `${name}_bucket`,
      labels: `${labels},le="${le}"`,
      share: index < middle ? 0 : share,
    })),
    { name: `${name}_sum`, labels, share },
    { name: `${name}_count`, labels, share },
  ];
}
