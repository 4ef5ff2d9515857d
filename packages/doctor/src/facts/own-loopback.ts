import { SIGNALS, sends } from './collectors.js';
import { hostOfDataSource } from './data-source.js';
import { isDatabase } from './databases.js';
import { isLoopback } from './loopback.js';

/** What a container runs and knows. */
interface Container {
  readonly image: string;
  /** Its command and arguments. */
  readonly words: readonly string[];
  /** Its variables whose value stands in the manifest. */
  readonly variables: ReadonlyMap<string, string>;
}

const DATABASE_URL =
  /^(?:postgres(?:ql)?|rediss?|valkeys?|mysql|mariadb|mongodb|amqps?):\/\/(?:[^@/]*@)?([\w.-]+|\[[\d:]+\])(?=[:/?]|$)/;
const HOST_NAME = /^(PG|POSTGRES_?|DB_|DATABASE_|REDIS_?|MYSQL_|MARIADB_|MONGO_?)(HOST|ADDR)$/;
const CLIENT =
  /\b(pg_dump|pg_dumpall|pg_restore|psql|mysqldump|mongodump|redis-cli)\b[^|;&\n]*?\s(?:-h\s*|--host[= ])(\S+)/;

/** Says what a container asks at its own loopback; undefined where nothing, or where that can't be told. */
export function askedAtLoopback(container: Container): string | undefined {
  const words = container.words.join(' ').replaceAll('\\\n', ' ');
  return telemetry(container.variables) ?? upstream(container.variables, words) ?? database(container, words);
}

function telemetry(variables: Container['variables']): string | undefined {
  const to = SIGNALS.map((signal) => sends((name) => variables.get(name), signal)).find(
    (url) => url !== undefined && isLoopback(url.hostname),
  );
  return to && `sends telemetry to ${to.host}`;
}

function upstream(variables: Container['variables'], words: string): string | undefined {
  if (!/\bproxy[ ,]+http\b/.test(words)) return undefined;
  const [, flag] = /--upstream[= ](\S+)/.exec(words) ?? [];
  const given = flag ?? variables.get('PMCP_UPSTREAM') ?? '';
  return URL.canParse(given) && isLoopback(new URL(given).hostname) ? `observes ${given}` : undefined;
}

function database(container: Container, words: string): string | undefined {
  if (isDatabase(container)) return undefined;
  for (const [name, value] of container.variables) {
    const asked = hostIn(name, value);
    if (isLoopback(asked)) return `asks for its database at ${asked} (${name})`;
  }
  const [, program = '', host = ''] = CLIENT.exec(words) ?? [];
  return isLoopback(host.replaceAll(/["']/g, '')) ? `runs ${program} for ${host}` : undefined;
}

function hostIn(name: string, value: string): string {
  if (HOST_NAME.test(name)) return value.replace(/:\d+$/, '');
  if (/^DATA_SOURCE_(URI|NAME)$/.test(name)) return hostOfDataSource(value) ?? '';
  return DATABASE_URL.exec(value)?.[1] ?? '';
}
