import type { Context } from './context.js';

/** The groups of checks by what they look at, in the order of the report. */
export const GROUPS = {
  server: 'Server',
  telemetry: 'Telemetry',
  kubernetes: 'Kubernetes',
  manifests: 'Manifests',
  prometheus: 'Prometheus',
  alertmanager: 'Alertmanager',
  grafana: 'Grafana',
} as const;

export type Group = keyof typeof GROUPS;

/** The code of a check. It never changes, because people write it into files and search for it. */
export type Code = `PMCP-D${number}`;

/** A setting without which a check has nothing to look at. */
export type Need =
  | 'url'
  | 'admin'
  | 'tokenFile'
  | 'prometheus'
  | 'traces'
  | 'alertmanager'
  | 'sendTestAlert'
  | 'grafana'
  | 'logs'
  | 'checkLinks'
  | 'manifests'
  | 'kube';

/** All of these settings are needed. Of a nested list one is enough. */
type Needs = readonly (Need | readonly Need[])[];

/** Returns the command line flag of a setting. */
export function flagOf(need: Need): string {
  return `--${need.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `fail`: something does not work, or will not work when it matters. `warn`: it works, but has a cost. */
export type Severity = 'fail' | 'warn';

/** The place of a finding. */
export interface Place {
  readonly file: string;
  readonly line?: number | undefined;
}

export interface Finding {
  /** One sentence with the actual and the expected state. */
  readonly found: string;
  readonly severity?: Severity;
  /** The repair for just this finding, and why it matters, if they can be more precise than those of the check. */
  readonly cure?: string;
  readonly why?: string;
  readonly where?: Place;
  /** Checks whose finding, even a warning, explains just this finding. Then only the cause is reported. */
  readonly follows?: readonly Code[];
  /** The change that `--fix` makes, if it can do no harm. */
  readonly edit?: Edit | undefined;
  /** The dashboards that `--fix` publishes again. */
  readonly publish?: Publish;
}

/** Dashboards that should be in Grafana as they ship. */
export interface Publish {
  readonly uids: readonly string[];
  /** The folder that has most of our dashboards; undefined if there is none. */
  readonly folderUid: string | undefined;
}

/** A new value at one path of a YAML file. */
export interface Edit {
  readonly file: string;
  /** The index of the document in the file. */
  readonly document: number;
  readonly path: readonly (string | number)[];
  readonly value: string | number;
}

/** A check of the checklist. */
export interface Check {
  readonly code: Code;
  readonly group: Group;
  /** A sentence that is true if all is well. */
  readonly title: string;
  readonly why: string;
  /** How to repair it, with a command if there is one. */
  readonly cure: string;
  readonly needs: Needs;
  /** The rights that the check needs. */
  readonly rights: string;
  readonly severity: Severity;
  /** Checks whose failure explains a finding of this one. Then only the cause is reported. */
  readonly after?: readonly Code[];
  /**
   * @throws CannotRun if the result is unknown
   * @throws NotApplicable if it has nothing to look at
   */
  readonly run: (context: Context) => Promise<readonly Finding[]>;
}

/** The error of a check whose result is unknown, with the reason. */
export class CannotRun extends Error {
  /** @param by the check that reports what is missing, if there is one */
  constructor(
    because: string,
    readonly by?: Code,
  ) {
    super(because);
  }
}

/** The error of a check that has nothing to look at. That is normal, neither good nor bad. */
export class NotApplicable extends Error {
  /** How the report says it, if there is more to say. */
  readonly lead: string | undefined = undefined;
}

/** The error of a check that can tell only later. */
export class TooEarly extends NotApplicable {
  override readonly lead = 'too early for';
}

/** The error of a check that found nothing in what it sees, and does not see all. */
export class SeenInPart extends NotApplicable {
  override readonly lead = 'only a part is seen by';
}
