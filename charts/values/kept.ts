import { count, section, text, toggle, type Values, value } from '../value.js';
import { image } from './container.js';

/** What is kept of the data of the server, and the proof that it can be had back. */
export const kept: Values = {
  backup: section('A nightly dump of the PostgreSQL database of your server.', {
    enabled: toggle(false, 'Make a CronJob, and a volume that stays when the chart is uninstalled.'),
    existingSecret: text('', 'A Secret with `host`, `database`, `username` and `password`.'),
    image: image(
      'The image with `pg_dump`, not older than the database server.',
      'postgres',
      '18.6-trixie',
      'sha256:4ef4dbc939d61acea57712655ddb4b4ab27419c913f94cca0cd57cb3ea3c2280',
    ),
    schedule: text('17 2 * * *', 'When it runs, in UTC.'),
    keepDays: count(14, 1, 'How long dumps are kept.'),
    storageClassName: text('', 'Class of the volume. Default: that of the cluster.'),
    size: text('10Gi', 'Size of the volume.'),
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
      image: image(
        'The image that publishes the result, built from `examples/kubernetes/sidecar/Dockerfile`. The drill itself runs in `backup.image`.',
      ),
      pushgateway: text(
        'http://pushgateway.monitoring:9091',
        'Where the result goes, in the namespace of Prometheus. The port is that of its pods.',
        { pattern: '^https?://[^@/]+:[0-9]+$' },
      ),
      schedule: text(
        '17 5 * * 0',
        'When it runs, in UTC: long after the backup, which mounts the same volume.',
      ),
      scratchGi: count(20, 1, 'GiB for the restored database: about ten times the size of a dump.'),
    },
  ),
};
