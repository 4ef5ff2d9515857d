import { count, port, section, text, toggle, type Values, value } from '../value.js';
import { image } from './container.js';

const keepDays = count(14, 1, 'How long backups are kept.');
const storageClassName = text('', 'Class of the volume. Default: that of the cluster.');
const size = text('10Gi', 'Size of the volume.');
const backups = toggle(false, 'Make a CronJob, and a volume that stays when the chart is uninstalled.');
const pushgateway = text(
  'http://pushgateway.monitoring:9091',
  'Where the result goes, in the namespace of Prometheus. The port is that of its pods.',
  { pattern: '^https?://[^@/]+:[0-9]+$' },
);
const publisher = (drill: string) =>
  image(
    `The image that publishes the result, built from \`examples/kubernetes/sidecar/Dockerfile\`. The drill itself runs in \`${drill}\`.`,
  );
const weekly = (schedule: string) =>
  text(schedule, 'When it runs, in UTC: long after the backup, which mounts the same volume.');

/** What is kept of the data of the server, and the proof that it can be had back. */
export const kept: Values = {
  backup: section('A nightly dump of the PostgreSQL database of your server.', {
    enabled: backups,
    existingSecret: text('', 'A Secret with `host`, `database`, `username` and `password`.'),
    image: image(
      'The image with `pg_dump`, not older than the database server.',
      'postgres',
      '18.6-trixie',
      'sha256:4ef4dbc939d61acea57712655ddb4b4ab27419c913f94cca0cd57cb3ea3c2280',
    ),
    schedule: text('17 2 * * *', 'When it runs, in UTC.'),
    keepDays,
    storageClassName,
    size,
  }),
  restore: section(
    'A weekly drill that restores the newest dump into a PostgreSQL of its own. It can reach no other database.',
    {
      enabled: toggle(false, 'Make a CronJob. Needs `backup.enabled` and a Pushgateway.'),
      database: text('', 'The name of the database: the drill reads no Secret.'),
      filledTables: value(
        [],
        { type: 'array', items: { type: 'string', pattern: '^\\S+$' } },
        'Tables that always have rows. The drill fails if one of them is empty or missing.',
      ),
      image: publisher('backup.image'),
      pushgateway,
      schedule: weekly('17 5 * * 0'),
      scratchGi: count(20, 1, 'GiB for the restored database: about ten times the size of a dump.'),
    },
  ),
  redisBackup: section('A nightly copy of the Redis of your server.', {
    enabled: backups,
    existingSecret: text(
      '',
      'A Secret with `host`, `username` and `password`. The user needs the ACL rules `+ping +sync +psync +replconf`, and no key.',
    ),
    name: text('sessions', 'In the names of the files.', { pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' }),
    port: port(6379, 'The port of the Redis.'),
    image: image(
      'The image with `redis-cli` and `redis-server`, not older than the Redis of your server.',
      'redis',
      '8.10.0-alpine',
      'sha256:978f0e01593e65eed801f2402944efcd936d43b5027e4908a7897baf88ed6241',
    ),
    schedule: text('47 2 * * *', 'When it runs, in UTC.'),
    keepDays,
    storageClassName,
    size,
  }),
  redisRestore: section(
    'A weekly drill that starts a Redis of its own with the newest copy. It can reach no other Redis.',
    {
      enabled: toggle(false, 'Make a CronJob. Needs `redisBackup.enabled` and a Pushgateway.'),
      image: publisher('redisBackup.image'),
      pushgateway,
      schedule: weekly('47 5 * * 0'),
      memory: text('1Gi', 'As much memory as the live Redis has.', { pattern: '^[0-9]+[MG]i$' }),
      scratchGi: count(2, 1, 'GiB for the copy.'),
    },
  ),
};
