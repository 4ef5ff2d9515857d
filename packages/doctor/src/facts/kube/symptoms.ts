import { spoken } from '../duration.js';
import { type ContainerStatus, conditionOf, type Pod, secondsSince } from './servers.js';

/** What keeps a pod from working, in the order in which a pod can run into it. */
export type Trouble =
  | 'unscheduled'
  | 'unpulled'
  | 'unconfigured'
  | 'killed'
  | 'crashing'
  | 'restarting'
  | 'unready';

export interface Symptom {
  readonly trouble: Trouble;
  readonly told: string;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNPULLED = /^(ErrImage|ImagePull|InvalidImageName|ImageInspectError|RegistryUnavailable)/;
const UNCONFIGURED = /^Create(Pod|Container).*Error$|^RunContainerError$|^PreStartHookError$/;
/** How many restarts are reported. A pod with fewer may have had a good reason for them. */
const MANY = 3;

/** Finds the cause that is nearest to the root; undefined for a pod that works or has just started. */
export function symptomOf(pod: Pod): Symptom | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const containers = [...initContainerStatuses, ...containerStatuses];
  return unscheduled(pod) ?? first(containers, waiting) ?? first(containers, ended) ?? unready(pod);
}

function first(
  containers: readonly ContainerStatus[],
  look: (container: ContainerStatus) => Symptom | undefined,
): Symptom | undefined {
  for (const container of containers) {
    const found = look(container);
    if (found) return found;
  }
  return undefined;
}

function unscheduled({ status }: Pod): Symptom | undefined {
  const condition = conditionOf(status, 'PodScheduled');
  if (condition?.status !== 'False' || secondsSince(condition.lastTransitionTime) < MINUTE) return undefined;
  const since = spoken(secondsSince(condition.lastTransitionTime));
  return {
    trouble: 'unscheduled',
    told: `no node takes it since ${since}: ${condition.message ?? condition.reason}`,
  };
}

function waiting({ name, state, lastState }: ContainerStatus): Symptom | undefined {
  const { reason = '', message = '' } = state?.waiting ?? {};
  const told = `container ${name}: ${[reason, message].filter(Boolean).join(', ')}`;
  if (UNPULLED.test(reason)) return { trouble: 'unpulled', told };
  if (UNCONFIGURED.test(reason)) return { trouble: 'unconfigured', told };
  if (reason !== 'CrashLoopBackOff') return undefined;
  const { exitCode, reason: end } = lastState?.terminated ?? {};
  if (end === 'OOMKilled') return undefined;
  return {
    trouble: 'crashing',
    told: `container ${name} crashes again and again, last with exit code ${exitCode ?? 'unknown'}`,
  };
}

function ended({ name, restartCount = 0, state, lastState }: ContainerStatus): Symptom | undefined {
  const end = state?.terminated ?? lastState?.terminated;
  if (end === undefined || end.exitCode === 0) return undefined;
  const ago = secondsSince(end.finishedAt);
  const when = `${spoken(ago)} ago`;
  if (end.reason === 'OOMKilled' && ago < DAY)
    return {
      trouble: 'killed',
      told: `container ${name} was killed ${when}, for it had more memory than its limit`,
    };
  if (restartCount < MANY || ago > HOUR) return undefined;
  return {
    trouble: 'restarting',
    told: `container ${name} was started again ${restartCount} times, last ${when} after exit code ${end.exitCode}`,
  };
}

function unready({ status, metadata }: Pod): Symptom | undefined {
  const condition = conditionOf(status, 'Ready');
  const since = secondsSince(condition?.lastTransitionTime ?? metadata.creationTimestamp);
  if (condition?.status === 'True' || since < MINUTE) return undefined;
  return {
    trouble: 'unready',
    told: `not ready since ${spoken(since)}: ${condition?.message ?? condition?.reason ?? 'nothing says why'}`,
  };
}
