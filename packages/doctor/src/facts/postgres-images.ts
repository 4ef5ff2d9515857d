import { parsedImage } from './image-name.js';

const IMAGES = /(^|\/)(postgres|postgresql|postgis|pgvector|timescaledb|timescaledb-ha)$/;

/** The repositories of the official image, and of those made of it that start as it does. */
export const OFFICIAL_POSTGRES = /^(postgres|postgis\/postgis|pgvector\/pgvector)$/;

/** The major version of the PostgreSQL in an image, server and clients alike; undefined where its name does not tell it. */
export function postgresMajor(image: string): number | undefined {
  const { repository, tag = '' } = parsedImage(image);
  if (!IMAGES.test(repository)) return undefined;
  const isOfOthers = /timescaledb/.test(repository);
  const [, major] = /pg(\d+)/.exec(tag) ?? (isOfOthers ? [] : (/^(\d+)/.exec(tag) ?? []));
  return major === undefined ? undefined : Number(major);
}

/** The host that a dump asks, as its command or its variables say. */
export function dumpedHost(
  words: string,
  variable: (name: string) => string | undefined,
): string | undefined {
  if (!/\bpg_(dump|dumpall|basebackup)\b/.test(words)) return undefined;
  const [, flag] = /(?:--host[= ]|\s-h\s*)["']?([\w.-]+)/.exec(words) ?? [];
  const [, address] = /postgres(?:ql)?:\/\/(?:[^@\s/]*@)?([\w.-]+)/.exec(words) ?? [];
  return flag ?? address ?? variable('PGHOST');
}
