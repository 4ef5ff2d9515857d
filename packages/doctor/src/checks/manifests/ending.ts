import { workloadCheck } from './define.js';

/** Seconds that requests in flight get if `shutdown.deadlineMs` is not set. */
const DRAIN = 25;
const KUBERNETES_DEFAULT = 30;
/** Seconds that the process needs to exit after the drain. */
const MARGIN = 10;

export const graceIsLongerThanTheDrain = workloadCheck(
  {
    code: 'PMCP-D067',
    title: 'Pods get more time to end than they need.',
    why: 'After the grace period the process is killed, with the requests that it still answers. `preStop` counts as well.',
    cure: 'Set `terminationGracePeriodSeconds` to the seconds of `preStop`, plus 25 for the drain (`shutdown.deadlineMs`), plus 10 to spare.',
    severity: 'fail',
  },
  ({ title, pod, observed, at, manifest }) => {
    const grace = Number(pod.terminationGracePeriodSeconds ?? KUBERNETES_DEFAULT);
    const preStop = secondsOf(observed.spec.lifecycle?.preStop);
    if (grace >= preStop + DRAIN) return [];
    const found = `${title}: the grace period is ${grace} s, expected ${preStop} s of preStop and ${DRAIN} s of drain at least`;
    const path = ['spec', 'template', 'spec', 'terminationGracePeriodSeconds'];
    const enough = preStop + DRAIN + MARGIN;
    const cure = `Set \`terminationGracePeriodSeconds: ${enough}\`: ${preStop} of \`preStop\`, ${DRAIN} for the drain (\`shutdown.deadlineMs\`), and ${MARGIN} to spare.`;
    const edit = manifest.edit(path, enough);
    return [{ found, cure, where: at(['terminationGracePeriodSeconds']), edit }];
  },
);

interface PreStop {
  readonly sleep?: { readonly seconds?: number };
  readonly exec?: { readonly command?: readonly string[] };
}

function secondsOf({ sleep, exec }: PreStop = {}): number {
  const [, words] = /\bsleep (\d+)/.exec(exec?.command?.join(' ') ?? '') ?? [];
  return Number(sleep?.seconds ?? words ?? 0);
}
