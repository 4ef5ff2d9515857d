import type { Job } from '../../support/alerting.js';
import { Backups } from '../../support/backups.js';
import { type Database, postgresServer, redisServer } from '../../support/database.js';
import { Disk } from '../../support/disk.js';
import { Exporters } from '../../support/exporters.js';

/** The services that servers need, with their exporters. */
export class Needs {
  readonly redis: Database = redisServer();
  readonly postgres: Database = postgresServer();
  readonly disk = new Disk();
  readonly backups = new Backups();
  private readonly exporters = new Exporters();

  /** Starts everything, and returns the scrape jobs. */
  async start(): Promise<readonly Job[]> {
    const { redis, postgres, disk, backups, exporters } = this;
    await Promise.all([redis.start(), postgres.start(), backups.run(true), backups.restore()]);
    return [
      { name: 'redis', targets: [{ address: await exporters.redis(redis) }] },
      // The exporter tries to connect for some seconds before it reports that PostgreSQL is down.
      { name: 'postgres', targets: [{ address: await exporters.postgres(postgres) }], interval: '5s' },
      { name: 'node', targets: [{ address: await disk.start() }] },
      { name: 'backup', targets: [{ address: await exporters.textfiles(backups.folder) }] },
    ];
  }

  async stop(): Promise<void> {
    await this.exporters.stop();
    this.backups.remove();
    await Promise.all([this.redis, this.postgres, this.disk].map((part) => part.remove()));
  }
}
