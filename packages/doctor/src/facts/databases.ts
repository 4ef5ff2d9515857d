import { parsedImage } from './image-name.js';
import { isWithin } from './paths.js';
import { OFFICIAL_POSTGRES } from './postgres-images.js';

/** Where an image keeps its data, and the folder that it declares as a volume itself, which is gone with the container. */
interface Layout {
  readonly data: string;
  readonly declared: string;
}

interface Database {
  readonly name: string;
  readonly image: RegExp;
  /** The words with which its server is started, beside flags. */
  readonly command: string;
  /** The layouts that an image with this tag may have. */
  layouts(tag: string | undefined): readonly Layout[];
  /** Where the settings of a container put the data instead. */
  folder?(container: Asked): string | undefined;
  /** Whether losing the data matters: it may be no more than a cache. */
  keeps?(words: string): boolean;
}

/** What a container runs. */
export interface Asked {
  readonly image: string;
  /** Its command and arguments, without the entry point of the image. */
  readonly words: readonly string[];
  variable(name: string): string | undefined;
}

/** A mount of a container. */
export interface Place {
  readonly target: string;
  /** Why nothing stays there, if that is so. */
  readonly lost?: string | undefined;
}

const one = (folder: string) => () => [{ data: folder, declared: folder }];

const BEFORE_18: Layout = { data: '/var/lib/postgresql/data', declared: '/var/lib/postgresql/data' };
const layoutFrom18 = (major: string): Layout => ({
  data: `/var/lib/postgresql/${major}/docker`,
  declared: '/var/lib/postgresql',
});

/** A tag without a number may be of any version. */
function layoutsOfPostgres(tag = ''): readonly Layout[] {
  const [, major] = /(?:^|pg)(\d+)/.exec(tag.replace(/^\d+\.\d+\.\d+-(?=pg\d)/, '')) ?? [];
  if (major === undefined) return [BEFORE_18, layoutFrom18('18')];
  return [Number(major) < 18 ? BEFORE_18 : layoutFrom18(major)];
}

/** Redis and its kin keep snapshots unless told otherwise, but of a cache nobody misses them. */
const IS_KEPT = /--appendonly[= ]["']?yes|--save[= ]["']?\d/;
const folderOfRedis = ({ words }: Asked) => /--dir[= ](\S+)/.exec(words.join(' '))?.[1];

const DATABASES: readonly Database[] = [
  {
    name: 'PostgreSQL',
    image: OFFICIAL_POSTGRES,
    command: 'postgres',
    layouts: layoutsOfPostgres,
    folder: ({ variable }) => variable('PGDATA'),
  },
  { name: 'MySQL', image: /^mysql$/, command: 'mysqld', layouts: one('/var/lib/mysql') },
  { name: 'MariaDB', image: /^mariadb$/, command: 'mariadbd', layouts: one('/var/lib/mysql') },
  { name: 'MongoDB', image: /^mongo$/, command: 'mongod', layouts: one('/data/db') },
  ...['redis', 'valkey'].map((name) => ({
    name: name === 'redis' ? 'Redis' : 'Valkey',
    image: new RegExp(`^(${name}|valkey/${name})$`),
    command: `${name}-server`,
    layouts: one('/data'),
    folder: folderOfRedis,
    keeps: (words: string) => IS_KEPT.test(words),
  })),
];

const LIKE =
  /(^|[/_-])(postgres(ql)?|postgis|pgvector|timescaledb\S*|redis\S*|valkey|mysql|mariadb|mongo(db)?)$/;

/** Whether a container is a database, and no client of one: the images of databases have their clients too. */
export function isDatabase({ image, words }: Pick<Asked, 'image' | 'words'>): boolean {
  const said = words.flatMap((word) => word.split(/\s+/));
  const { repository } = parsedImage(image);
  const known = DATABASES.find((one) => one.image.test(repository));
  return known === undefined ? LIKE.test(repository) && said.length === 0 : isServer(known, said);
}

/** Says where a database keeps its data that is lost with its container; undefined for whatever is well or is none. */
export function lostData(container: Asked, mounts: readonly Place[]): string | undefined {
  const { repository, tag } = parsedImage(container.image);
  const database = DATABASES.find(({ image }) => image.test(repository));
  const words = container.words.join(' ');
  if (database === undefined || !isServer(database, container.words)) return undefined;
  if (database.keeps?.(words) === false) return undefined;
  const own = database.folder?.(container);
  if (own !== undefined && !/^\/[^$?]*$/.test(own)) return undefined;
  const faults = database
    .layouts(tag)
    .map((layout) => faultIn({ ...layout, data: own ?? layout.data }, mounts));
  const [fault] = faults;
  return fault === undefined || faults.includes(undefined) ? undefined : `${database.name} ${fault}`;
}

function faultIn({ data, declared }: Layout, mounts: readonly Place[]): string | undefined {
  const [nearest] = mounts
    .filter(({ target }) => isWithin(data, target))
    .sort((a, b) => b.target.length - a.target.length);
  const isHidden =
    isWithin(data, declared) && nearest !== undefined && nearest.target.length < declared.length;
  if (nearest !== undefined && !isHidden)
    return nearest.lost === undefined ? undefined : `keeps its data in ${data}, which is ${nearest.lost}`;
  const beside = mounts.find(({ target }) => isWithin(target, declared) || isWithin(declared, target));
  const wrong = beside === undefined ? '' : `: the volume is at ${beside.target}`;
  return `keeps its data in ${data}, which is on no volume${wrong}`;
}

/** Without words the image starts its server, and so it does with flags alone. Others make a backup, or wait. */
function isServer({ command }: Database, [first = '']: readonly string[]): boolean {
  return first === '' || first.startsWith('-') || first === command;
}
