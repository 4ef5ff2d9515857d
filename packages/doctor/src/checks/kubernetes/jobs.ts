import { type Finding, NotApplicable } from '../../check.js';
import { type KubeObject, objectsOf, placeOf } from '../../facts/kube/objects.js';
import { secondsSince } from '../../facts/kube/servers.js';
import { kubeCheck } from './define.js';

interface CronJob extends KubeObject {
  readonly spec?: { readonly suspend?: boolean };
  readonly status?: {
    readonly active?: readonly object[];
    readonly lastScheduleTime?: string;
    readonly lastSuccessfulTime?: string;
  };
}

/** Seconds that a job may take. The history of jobs may be cleared, so a newer run is not judged. */
const SLOWEST = 3_600;

export const backupsSucceed = kubeCheck(
  {
    code: 'PMCP-D324',
    title: 'The last run of each backup job has succeeded.',
    why: 'Since then nothing new can be restored.',
    cure: 'Read what it said: `kubectl logs --selector job-name=JOB`; then run it now: `kubectl create job --from=cronjob/NAME NAME-now`.',
    severity: 'fail',
    async run(context) {
      const jobs = await context.get(objectsOf<CronJob>('CronJob'));
      const backups = jobs.filter(({ metadata }) => /backup|dump/.test(metadata.name));
      if (backups.length === 0) throw new NotApplicable('no CronJob has backup or dump in its name');
      return backups.flatMap((job): Finding[] => {
        const told = faultOf(job);
        const where = { file: placeOf('CronJob', job) };
        return told === undefined ? [] : [{ found: `CronJob ${job.metadata.name} ${told}`, where }];
      });
    },
  },
  ['CronJob'],
);

function faultOf({ spec, status }: CronJob): string | undefined {
  const { active = [], lastScheduleTime: last, lastSuccessfulTime: success } = status ?? {};
  if (spec?.suspend || last === undefined || active.length > 0 || secondsSince(last) < SLOWEST)
    return undefined;
  if (success === undefined) return `began at ${last}, and has never succeeded`;
  return success < last ? `began at ${last}, and has last succeeded at ${success}` : undefined;
}
