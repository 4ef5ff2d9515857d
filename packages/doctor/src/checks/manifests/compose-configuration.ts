import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import type { Finding } from '../../check.js';
import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { type ComposeMount, mountsOf, originIn } from '../../facts/compose-mounts.js';
import { configurationPaths, type Program, programOf } from '../../facts/compose-programs.js';
import { some } from '../some.js';
import { filesCheck } from './define.js';

export const composeReadsItsConfiguration = filesCheck({
  code: 'PMCP-D405',
  title: 'In Compose, the programs of the monitoring read the configuration that is mounted.',
  why: 'A program whose configuration is mounted at another path runs with that of its image, and says nothing: Prometheus then scrapes only itself. Where the image has none, it does not start.',
  cure: 'Mount the file at the path that the finding names, or name its path in `command:` (`--config.file=PATH`; a collector takes `--config=PATH`).',
  severity: 'fail',
  rights: 'To read the files, and the configuration that they mount.',
  async run(context) {
    const all = await context.get(allComposeServices);
    return all.flatMap((service): Finding[] => {
      const program = programOf(service);
      const mounts = mountsOf(service, all);
      if (program === undefined || mounts === undefined) return [];
      return configurationPaths(service, program, all).flatMap((path) => {
        const fault = faultOf(path, program, mounts, service);
        if (fault === undefined) return [];
        const found = `service ${service.name} reads ${path}, ${fault}`;
        return [{ found, where: service.at(['volumes']) }];
      });
    });
  },
});

function faultOf(
  path: string,
  program: Program,
  mounts: readonly ComposeMount[],
  { spec }: ComposeService,
): string | undefined {
  const origin = originIn(path, mounts);
  if (origin.kind === 'possible') return undefined;
  if (origin.kind === 'absent')
    return `which ${origin.folder} does not have: it has ${some(origin.files) || 'nothing'}`;
  const words = [spec.command, spec.entrypoint].flat().join(' ');
  const others = mounts.filter(({ target }) => target !== path && !words.includes(target));
  const meant = others.filter((mount) => isMeant(mount, path, program));
  const isOwn = path === program.own;
  // Without another file of its kind, that of the image may be wanted.
  if (isOwn && meant.length === 0) return undefined;
  const [{ told, target } = { told: '', target: '' }] = meant;
  const instead = target === '' ? '' : `: ${told || 'the configuration'} is at ${target}`;
  return `which nothing mounts${instead}${isOwn ? ', and so that of its image is read' : ''}`;
}

/** Whether what is mounted elsewhere is the configuration, as its name or its content says. */
function isMeant({ source, target }: ComposeMount, path: string, { content }: Program): boolean {
  if (!/\.(ya?ml|json)$/.test(target)) return false;
  const stem = (file: string) => posix.basename(file).replace(/\.\w+$/, '');
  if (stem(target) === stem(path)) return true;
  try {
    return source !== undefined && content.test(readFileSync(source, 'utf8'));
  } catch {
    // It is made before the start.
    return false;
  }
}
