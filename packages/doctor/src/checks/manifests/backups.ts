import { type Manifest, type Path, valueAt } from '../../facts/manifests.js';
import { objectCheck } from './define.js';

const POD: Path = ['spec', 'jobTemplate', 'spec', 'template', 'spec'];

export const backupsRun = objectCheck(
  {
    code: 'PMCP-D089',
    title: 'Backups run.',
    why: 'A CronJob that is suspended for a repair, and forgotten, is found out on the day that the backup is needed.',
    cure: 'Remove `suspend: true`, and let `schedule` have days that there are.',
    severity: 'fail',
  },
  ['CronJob'],
  (manifest) => {
    if (!isBackup(manifest)) return [];
    if (valueAt(manifest.content, ['spec', 'suspend']) === true)
      return [{ found: `CronJob ${manifest.name} is suspended`, where: manifest.at(['spec', 'suspend']) }];
    const schedule = valueAt(manifest.content, ['spec', 'schedule']);
    if (typeof schedule !== 'string' || !isNever(schedule)) return [];
    const found = `CronJob ${manifest.name} has the schedule ${schedule}, a day that no year has`;
    return [{ found, where: manifest.at(['spec', 'schedule']) }];
  },
);

export const backupsAreWatched = objectCheck(
  {
    code: 'PMCP-D090',
    title: 'Backups have a name that the alerts know.',
    why: 'The shipped alerts watch jobs with `backup` in their name. Nobody hears of another one that fails.',
    cure: 'Name the CronJob so that it has `backup` in it, or run it through `pmcp-observability job --name postgres-backup`.',
    severity: 'fail',
  },
  ['CronJob'],
  (manifest) => {
    const words = commandOf(manifest);
    if (!isBackup(manifest) || manifest.name.includes('backup') || /--name[= ]\S*backup/.test(words))
      return [];
    const found = `CronJob ${manifest.name} makes a backup that no alert watches`;
    return [{ found, where: manifest.at(['metadata', 'name']) }];
  },
);

export const backupsAreKept = objectCheck(
  {
    code: 'PMCP-D091',
    title: 'Backups are kept where they outlive the pod.',
    why: 'An `emptyDir` goes with the pod that wrote into it: the backup is gone before anybody needs it.',
    cure: 'Mount a PersistentVolumeClaim, and copy the backup out of the cluster.',
    severity: 'fail',
  },
  ['CronJob'],
  (manifest) => {
    const volumes = (valueAt(manifest.content, [...POD, 'volumes']) ?? []) as readonly Volume[];
    if (!isBackup(manifest)) return [];
    const places = volumes.filter(({ name = '' }) => /backup|dump/.test(name));
    return places
      .filter(({ emptyDir }) => emptyDir !== undefined)
      .map(({ name }) => ({
        found: `CronJob ${manifest.name} writes its backup to the emptyDir ${name}`,
        where: manifest.at([...POD, 'volumes']),
      }));
  },
);

interface Volume {
  readonly name?: string;
  readonly emptyDir?: object;
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Only a day of a month, both in numbers, can be told. */
function isNever(schedule: string): boolean {
  const [, , day = '', month = '', weekday] = schedule.trim().split(/\s+/);
  if (weekday !== '*' || !/^\d+$/.test(day) || !/^\d+(,\d+)*$/.test(month)) return false;
  return month.split(',').every((one) => Number(day) > (DAYS[Number(one) - 1] ?? Number.POSITIVE_INFINITY));
}

function isBackup(manifest: Manifest): boolean {
  return /backup|dump/.test(`${manifest.name} ${commandOf(manifest)}`);
}

function commandOf({ content }: Manifest): string {
  const containers = (valueAt(content, [...POD, 'containers']) ?? []) as readonly {
    readonly command?: readonly string[];
    readonly args?: readonly string[];
  }[];
  return containers.flatMap(({ command = [], args = [] }) => [...command, ...args]).join(' ');
}
