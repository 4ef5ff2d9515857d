import { type Series, series } from '../case.js';
import { type Calm, life, pod, wanted } from './life.js';

/** Returns the pods of one version, as a rollout controller names them. */
function steps(
  numbers: readonly number[],
  { version, hash, server = 'notes' }: { version: string; hash: string; server?: string },
  lived: (index: number) => Parameters<typeof life>[1],
): Series {
  const lives = numbers.map((number, index) =>
    life(pod(server, number, { version, server, name: `${server}-${hash}-abcd${number}` }), lived(index)),
  );
  return Object.assign({}, ...lives) as Series;
}

/** Pods start and end without a fault. */
export const pods: readonly Calm[] = [
  {
    what: 'a canary is scaled to zero after its trial',
    series: {
      ...life(pod('notes-primary', 1, { server: 'notes-primary' }), { from: 0, minutes: 200 }),
      ...life(pod('notes', 2), { from: 0, minutes: 20 }),
    },
    minutes: 180,
  },
  {
    what: 'Argo Rollouts promotes a good version: a quarter of the pods, then half, then all',
    series: {
      ...steps([1, 2, 3, 4], { version: '1.0.0', hash: '5f6d8c7b9d' }, (index) => ({
        from: 0,
        minutes: [40, 47, 54, 55][index]!,
      })),
      ...steps([5, 6, 7, 8], { version: '1.1.0', hash: '6d4cf56db6' }, (index) => ({
        from: [38, 45, 52, 53][index]!,
        minutes: 150,
        starts: 1,
      })),
      ...wanted({ notes: '1x10 0x190' }),
    },
    minutes: 180,
  },
  {
    what: 'Flagger promotes a good version, copies it to the primary, and scales the canary to zero',
    series: {
      ...steps([1, 2], { version: '1.0.0', hash: '5f6d8c7b9d', server: 'notes-primary' }, (index) => ({
        from: 0,
        minutes: 50 + index,
      })),
      ...steps([3, 4], { version: '1.1.0', hash: '6d4cf56db6' }, () => ({
        from: 38,
        minutes: 18,
        starts: 1,
      })),
      ...steps([5, 6], { version: '1.1.0', hash: '7c8d9fbb6d', server: 'notes-primary' }, (index) => ({
        from: 49 + index,
        minutes: 140,
        starts: 1,
      })),
      ...wanted({ notes: '0x36 2x18 0x140', 'notes-primary': '2x200' }),
    },
    minutes: 180,
  },
  {
    what: 'the namespace of a preview is deleted',
    series: {
      ...life(pod('notes', 1), { from: 0, minutes: 200 }),
      ...life(pod('notes', 2, { namespace: 'preview-1234' }), { from: 0, minutes: 20 }),
      ...wanted({ notes: '1x200' }),
      ...wanted({ notes: '1x20 stale' }, 'preview-1234'),
    },
    minutes: 180,
  },
  {
    what: 'all traffic switches from blue to green at once',
    series: {
      ...life(pod('notes-blue', 1), { from: 0, minutes: 75, requests: '0+600x60 36000x13' }),
      ...life(pod('notes-blue', 2), { from: 0, minutes: 75, requests: '0+600x60 36000x13' }),
      ...life(pod('notes-green', 3, { version: '1.1.0' }), {
        from: 30,
        minutes: 200,
        requests: '0x29 0+600x169',
      }),
      ...life(pod('notes-green', 4, { version: '1.1.0' }), {
        from: 30,
        minutes: 200,
        requests: '0x29 0+600x169',
      }),
      ...wanted({ 'notes-blue': '2x73 0x200', 'notes-green': '0x29 2x200' }),
    },
    minutes: 220,
  },
  {
    what: 'blue and green are two servers for discovery, and blue is scaled to zero',
    series: {
      ...life(pod('notes-blue', 1, { server: 'notes-blue' }), { from: 0, minutes: 75 }),
      ...life(pod('notes-green', 3, { server: 'notes-green' }), { from: 30, minutes: 200 }),
      ...wanted({ 'notes-blue': '1x73 0x200', 'notes-green': '0x29 1x200' }),
    },
    minutes: 220,
  },
  {
    what: 'nodes are drained one after the other',
    series: {
      ...life(pod('notes', 1), { from: 0, minutes: 30 }),
      ...life(pod('notes', 2), { from: 0, minutes: 45 }),
      ...life(pod('notes', 3), { from: 29, minutes: 150, starts: 2 }),
      ...life(pod('notes', 4), { from: 44, minutes: 150, starts: 2 }),
      ...wanted({ notes: '2x200' }),
    },
    minutes: 170,
  },
  {
    what: 'a rollout takes an hour and a half',
    series: {
      ...Object.fromEntries(
        Array.from({ length: 6 }, (_, index) =>
          Object.entries({
            ...life(pod('notes', index), { from: 0, minutes: 30 + index * 15 }),
            ...life(
              { ...pod('notes', index + 10, { version: '1.1.0' }), name: `notes-5f6d8c7b9d-abcd${index}` },
              { from: 25 + index * 15, minutes: 250, starts: 4 },
            ),
          }),
        ).flat(),
      ),
      ...wanted({ notes: '6x300' }),
    },
    minutes: 270,
  },
  {
    what: 'the autoscaler removes the pods that it added',
    series: {
      ...Object.fromEntries(
        Array.from({ length: 8 }, (_, index) =>
          Object.entries(life(pod('notes', index), { from: index * 3, minutes: 120 - index * 10 })),
        ).flat(),
      ),
      ...life(pod('notes', 9), { from: 0, minutes: 300 }),
      [series('kube_horizontalpodautoscaler_spec_max_replicas', {
        namespace: 'shop',
        horizontalpodautoscaler: 'notes',
      })]: '9x300',
      [series('kube_horizontalpodautoscaler_status_current_replicas', {
        namespace: 'shop',
        horizontalpodautoscaler: 'notes',
      })]: '9x120 1x180',
      ...wanted({ notes: '9x60 1x240' }),
    },
    minutes: 280,
  },
  {
    what: 'a process restarts at the same address, and its counters start from zero',
    series: {
      ...life(pod('notes', 1), { from: 0, minutes: 200, requests: '0+60x100 0+60x98' }),
      ...life(pod('notes', 2), { from: 0, minutes: 200 }),
    },
    minutes: 190,
  },
  {
    what: 'a release ends all sessions: clients reconnect, and browsers send a preflight before each request',
    series: {
      ...life(pod('notes', 1), { from: 0, minutes: 60 }),
      ...life(pod('notes', 2, { version: '1.1.0' }), { from: 58, minutes: 120, starts: 1 }),
      ...Object.fromEntries(
        Object.entries({
          'pmcp_http_exchanges_total{http_method="OPTIONS",status="204",reason=""': '0+60x120',
          'pmcp_http_exchanges_total{http_method="GET",status="405",reason="method_not_allowed"': '0+60x120',
          'pmcp_http_exchanges_total{http_method="POST",status="404",reason="unknown_session"':
            '0x2 2000x120',
          'pmcp_requests_total{name="_other",method="tools/call",outcome="client_error"': '0x2 2000x120',
          'pmcp_errors_total{name="_other",method="tools/call",type="unknown_session"': '0x2 2000x120',
          'pmcp_requests_total{name="",method="initialize",outcome="ok"': '0x2 2000x120',
        }).map(([begin, values]) => [
          `${begin},namespace="shop",job="pmcp",app_kubernetes_io_name="notes",instance="10.0.0.2:9090",pod="${pod('notes', 2).name}"}`,
          `_x58 ${values}`,
        ]),
      ),
      ...wanted({ notes: '1x180' }),
    },
    minutes: 150,
  },
  {
    what: 'a server that is scaled to zero at night starts in the morning, and takes three minutes',
    series: {
      ...life(pod('notes', 1), { from: 0, minutes: 60, requests: '0+60x30 1800x29' }),
      ...life(pod('notes', 2), { from: 184, minutes: 100, starts: 3 }),
      ...wanted({ notes: '1x60 0x120 1x120' }),
    },
    minutes: 240,
  },
];
