import type { Finding } from '../../check.js';
import { allComposeServices } from '../../facts/compose.js';
import { readyImage } from '../../facts/compose-images.js';
import { listAt } from '../../facts/manifests.js';
import { dumpedHost, postgresMajor } from '../../facts/postgres-images.js';
import { behindName, type PostgresContainer } from '../../facts/postgres-servers.js';
import { podPathOf } from '../../facts/workloads.js';
import { filesCheck, objectCheck } from './define.js';

const DUMP = {
  why: '`pg_dump` ends with `aborting because of server version mismatch` where the server is newer than itself: there is no backup, and only the log of the job says so.',
  cure: 'Give the backup the image of the server, or a newer one, and raise both together.',
  severity: 'fail',
} as const;

export const dumpsFitTheServer = objectCheck(
  { ...DUMP, code: 'PMCP-D442', title: 'Backups are made by a `pg_dump` that is not older than the server.' },
  ['CronJob', 'Job'],
  (job, _, all) => {
    const path = [...podPathOf(job)!, 'containers'];
    return listAt<PostgresContainer>(job.content, path).flatMap(
      ({ image = '', command = [], args = [], env = [] }, i): Finding[] => {
        const host = dumpedHost(
          [...command, ...args].join(' '),
          (name) => env.find((one) => one.name === name)?.value,
        );
        const server = host === undefined ? undefined : behindName(host, job, all);
        const told = mismatch(image, server?.image);
        if (told === undefined || server === undefined) return [];
        return [
          {
            found: `${job.kind} ${job.name} dumps ${server.title} ${told}`,
            where: job.at([...path, i, 'image']),
          },
        ];
      },
    );
  },
);

function mismatch(image: string, server = ''): string | undefined {
  const [own, wanted] = [postgresMajor(image), postgresMajor(server)];
  if (own === undefined || wanted === undefined || own >= wanted) return undefined;
  return `of version ${wanted} with pg_dump of version ${own}`;
}

export const composeDumpsFitTheServer = filesCheck({
  ...DUMP,
  code: 'PMCP-D443',
  title: 'In Compose, backups are made by a `pg_dump` that is not older than the server.',
  async run(context) {
    const all = await context.get(allComposeServices);
    return all.flatMap((service): Finding[] => {
      const words = [service.spec.entrypoint, service.spec.command].flat().join(' ');
      const host = dumpedHost(words, (name) => service.env.get(name));
      const servers = all.filter(({ name }) => name === host);
      const [server] = servers;
      const told = servers.length === 1 ? mismatch(readyImage(service), readyImage(server!)) : undefined;
      if (told === undefined) return [];
      return [
        {
          found: `service ${service.name} dumps service ${server!.name} ${told}`,
          where: service.at(['image']),
        },
      ];
    });
  },
});
