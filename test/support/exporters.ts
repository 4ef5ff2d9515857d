import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Client } from 'pg';
import type { Database } from './database.js';
import { scrape } from './exposition.js';

/** Where the servers are, to Prometheus. */
export const NAMESPACE = 'shop';
const MEMORY_LIMIT = 400 * 2 ** 20;

interface Watched {
  readonly redis: Database;
  readonly postgres: Database;
  /** The server whose memory is limited. */
  readonly server: { readonly target: string; readonly pod: string };
}

/**
 * Stands in for redis_exporter, postgres_exporter, cAdvisor and the wrapper of a backup job, which are not installed
 * everywhere: the same names, and values of the real thing.
 */
export class Exporters {
  /** When the backup last succeeded, in seconds since 1970. */
  lastBackup = Date.now() / 1000;

  private constructor(private readonly server: Server) {}

  static async open({ redis, postgres, server: watched }: Watched): Promise<Exporters> {
    const server = createServer();
    const exporters = new Exporters(server);
    const pages: Readonly<Record<string, () => Promise<string>>> = {
      '/redis': async () => `redis_up ${await answersRedis(redis.port)}\n`,
      '/postgres': async () => `pg_up ${await answersPostgres(postgres.port)}\n`,
      '/cadvisor': async () => {
        const labels = `{namespace="${NAMESPACE}",pod="${watched.pod}",container="server"}`;
        return (
          `container_memory_working_set_bytes${labels} ${await residentBytes(watched.target)}\n` +
          `container_spec_memory_limit_bytes${labels} ${MEMORY_LIMIT}\n`
        );
      },
      '/backup': async () =>
        `pmcp_job_last_success_timestamp_seconds{job_name="backup"} ${exporters.lastBackup}\n`,
    };
    server.on('request', async (request, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      // While what is asked is down, there is nothing to show.
      response.end(await pages[request.url ?? '']?.().catch(() => ''));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return exporters;
  }

  get target(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

async function answersRedis(port: number): Promise<0 | 1> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write('PING\r\n');
    const [answer] = await once(socket, 'data');
    return String(answer).startsWith('+PONG') ? 1 : 0;
  } catch {
    return 0;
  } finally {
    socket.destroy();
  }
}

async function answersPostgres(port: number): Promise<0 | 1> {
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres' });
  // Without a listener a connection that breaks would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return 1;
  } catch {
    return 0;
  } finally {
    await client.end().catch(() => {});
  }
}

async function residentBytes(target: string): Promise<number | undefined> {
  const samples = await scrape(Number(new URL(`http://${target}`).port));
  return samples.get('process_resident_memory_bytes');
}
