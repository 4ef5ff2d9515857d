import type { Context } from './context.js';

/** What a check looks at, in the order of the report. */
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

/** A promise: people write it into files and search for it. */
export type Code = `PMCP-D${number}`;

/** The settings without which a check has nothing to look at. */
export type Need =
  | 'url'
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

/** All of them; of those in a list, one is enough. */
type Needs = readonly (Need | readonly Need[])[];

/** As it is written in a command line. */
export function flagOf(need: Need): string {
  return `--${need.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `fail`: it does not work, or will not when it matters. `warn`: it works, and costs something. */
export type Severity = 'fail' | 'warn';

/** Where something was found. */
export interface Place {
  readonly file: string;
  readonly line?: number | undefined;
}

export interface Finding {
  /** One sentence, with what came and what was expected. */
  readonly found: string;
  readonly severity?: Severity;
  /** What repairs just this, where it can be said closer than the check does. */
  readonly cure?: string;
  readonly where?: Place;
  /** Checks whose finding, be it a warning, explains just this one: then only the cause is named. */
  readonly follows?: readonly Code[];
  /** What `--fix` does about it, where that can do no harm. */
  readonly edit?: Edit | undefined;
  /** What `--fix` publishes again. */
  readonly publish?: Publish;
}

/** Dashboards that Grafana should have as they ship. */
export interface Publish {
  readonly uids: readonly string[];
  /** Where the others are; undefined where there are none. */
  readonly folderUid: string | undefined;
}

/** One value of a YAML file that is to be another. */
export interface Edit {
  readonly file: string;
  /** Which document of the file. */
  readonly document: number;
  readonly path: readonly (string | number)[];
  readonly value: string | number;
}

/** One line of the checklist. */
export interface Check {
  readonly code: Code;
  readonly group: Group;
  /** What holds when all is well, as a sentence. */
  readonly title: string;
  readonly why: string;
  /** What to do about it: a command wherever there is one. */
  readonly cure: string;
  readonly needs: Needs;
  /** What it has to be allowed to do. */
  readonly rights: string;
  readonly severity: Severity;
  /** Checks whose finding explains one of this: then only the cause is named. */
  readonly after?: readonly Code[];
  /**
   * @throws CannotRun when it can't be told
   * @throws NotApplicable when there is nothing of what it looks at
   */
  readonly run: (context: Context) => Promise<readonly Finding[]>;
}

/** It can't be told whether all is well, because. */
export class CannotRun extends Error {
  /** @param by the check that says what it lacks, where one does */
  constructor(
    because: string,
    readonly by?: Code,
  ) {
    super(because);
  }
}

/** There is nothing of what the check looks at, as may well be: neither good nor bad. */
export class NotApplicable extends Error {}
