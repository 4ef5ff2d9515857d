import type { Finding } from '../../check.js';
import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { configurationFiles } from '../../facts/compose-configurations.js';
import { findingsIn, unmountedFiles } from '../../facts/compose-files.js';
import { mountsOf, originIn } from '../../facts/compose-mounts.js';
import { ALERTMANAGER, COLLECTORS } from '../../facts/compose-programs.js';
import { filesCheck } from './define.js';

const PROGRAMS = [ALERTMANAGER, ...COLLECTORS];

export const composeMountsSecrets = filesCheck({
  code: 'PMCP-D411',
  title: 'In Compose, services have the secrets that their settings and configuration name.',
  why: 'A secret that only the end of the file declares is in no container. Alertmanager reads it when the first alert is due, and then sends nothing; others do not start.',
  cure: 'Give the service the secret, `secrets: [NAME]`, which mounts it at `/run/secrets/NAME`; or mount the file where the finding says that it is read.',
  severity: 'fail',
  rights: 'To read the files, and the configuration that they mount.',
  after: ['PMCP-D060', 'PMCP-D405'],
  async run(context) {
    const [all, files] = await Promise.all([
      context.get(allComposeServices),
      context.get(configurationFiles),
    ]);
    const inConfigurations = files
      .filter(({ program }) => PROGRAMS.includes(program))
      .flatMap((file) => findingsIn(file, unmountedFiles(file)));
    return [...all.flatMap((service) => missingSecrets(service, all)), ...inConfigurations];
  },
});

const SECRET = /^\/run\/secrets\/[\w./-]+$/;

function missingSecrets(service: ComposeService, all: readonly ComposeService[]): Finding[] {
  const mounts = mountsOf(service, all);
  if (mounts === undefined || mayWriteThem(service, all)) return [];
  const words = [service.spec.command].flat().filter((word) => typeof word === 'string');
  const flags = [...words.join(' ').matchAll(/(--?[\w.-]+)[= ]["']?([^\s"']+)/g)];
  const settings = [
    ...[...service.env].map(([name, path]) => ({ name, path, at: 'environment' })),
    ...flags.map(([, name = '', path = '']) => ({ name, path, at: 'command' })),
  ];
  return settings
    .filter(({ path }) => SECRET.test(path) && originIn(path, mounts).kind === 'unmounted')
    .map(({ name, path, at }) => ({
      found: `service ${service.name}: ${name} is ${path}, and the service does not have this secret`,
      where: service.at([at, name]),
    }));
}

/** A script may write the file before it starts the program. */
function mayWriteThem({ name }: ComposeService, all: readonly ComposeService[]): boolean {
  return all
    .filter((service) => service.name === name)
    .some(
      ({ spec }) => spec.entrypoint || /(^|[\s/])(ba|a|da)?sh(\s|$)/.test([spec.command].flat().join(' ')),
    );
}
