import { posix } from 'node:path';
import { type ConfigurationFile, prometheusFiles } from '../../facts/compose-configurations.js';
import { findingsIn, unmountedFiles } from '../../facts/compose-files.js';
import { type ComposeMount, filesIn, originIn } from '../../facts/compose-mounts.js';
import { patternOf, rulePatterns } from '../../facts/compose-rule-files.js';
import { some } from '../some.js';
import { filesCheck } from './define.js';

export const prometheusFindsItsFiles = filesCheck({
  code: 'PMCP-D406',
  title: 'In Compose, the files that the configuration of Prometheus names are mounted.',
  why: 'Rules that are not there are no error: Prometheus starts without them, and no alert ever fires. Without a token or certificate each scrape fails.',
  cure: 'Mount the files where the configuration looks for them: relative paths begin at its own folder in the container.',
  severity: 'fail',
  rights: 'To read the files, and the configuration of Prometheus that they mount.',
  after: ['PMCP-D060', 'PMCP-D405'],
  run: async (context) =>
    (await context.get(prometheusFiles)).flatMap((file) => [
      ...rulesFaults(file).flatMap((fault) => findingsIn(file, [fault], cureOf(fault))),
      ...findingsIn(file, unmountedFiles(file)),
    ]),
});

const FITS_NONE = 'which fits no file';

/** Files that are mounted need another name, or the pattern does. */
function cureOf(fault: string): string | undefined {
  return fault.includes(FITS_NONE)
    ? 'Let the pattern fit the names of the files, or rename them: `*.yml` takes no `.yaml`. Then reload Prometheus.'
    : undefined;
}

/** Of several patterns one may be for later. So something is wrong only if none of them fits. */
function rulesFaults({ content, path, mounts }: ConfigurationFile): string[] {
  const faults = rulePatterns({ content, path }).map(({ told, at }) => faultOfPattern(told, at, mounts));
  return faults.every((fault) => fault !== undefined) ? faults.slice(0, 1) : [];
}

function faultOfPattern(told: string, path: string, mounts: readonly ComposeMount[]): string | undefined {
  const [folder, pattern] = [posix.dirname(path), patternOf(posix.basename(path))];
  if (/[*?[\]{}\\]/.test(folder) || pattern === undefined) return undefined;
  const isMounted = mounts.some(
    ({ target }) => posix.dirname(target) === folder && pattern.test(posix.basename(target)),
  );
  if (isMounted) return undefined;
  const origin = originIn(folder, mounts);
  if (origin.kind === 'unmounted')
    return `rule_files names ${told}, and nothing mounts ${/[*?]/.test(path) ? folder : path}`;
  if (origin.kind === 'absent')
    return `rule_files names ${told}, and ${origin.folder} has no folder ${posix.basename(folder)}`;
  // An empty folder, or one that is not there yet, is filled before the start.
  const files =
    origin.source === undefined ? [] : filesIn(origin.source).filter((one) => !one.startsWith('.'));
  if (files.length === 0 || files.some((file) => pattern.test(file))) return undefined;
  return `rule_files names ${told}, ${FITS_NONE}: ${folder} has ${some(files)}`;
}
