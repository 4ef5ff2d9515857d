import { posix } from 'node:path';
import type { Finding } from '../check.js';
import type { ConfigurationFile } from './compose-configurations.js';
import { originIn } from './compose-mounts.js';

/** Keys of files that are read. Others, such as `query_log_file`, are written. */
const FILE_KEY =
  /^(\w+_)?(credentials|token|password|username|api_key|api_url|url|service_key|routing_key|user_key|secret|ca|cert|key)_file$/;
const OF_THE_IMAGE = /^\/(etc\/(ssl|pki|ca-certificates)|usr|proc)\//;

/** Tells of faults in a configuration, at its file. */
export function findingsIn(
  { service, source }: ConfigurationFile,
  faults: readonly string[],
  cure?: string,
): Finding[] {
  return faults.map((fault) => ({
    found: `service ${service.name}: ${fault}`,
    where: { file: source },
    ...(cure !== undefined && { cure }),
  }));
}

/** Says which files a configuration names that nothing mounts; relative paths begin at its own folder. */
export function unmountedFiles({ content, path, mounts }: ConfigurationFile): string[] {
  return namedIn(content).flatMap(([key, told]) => {
    // The images have `/var/run` as a link.
    const file = posix.resolve(posix.dirname(path), told).replace(/^\/var\/run\//, '/run/');
    if (told.includes('$') || OF_THE_IMAGE.test(file) || originIn(file, mounts).kind !== 'unmounted')
      return [];
    return [`${key} is ${told}, which nothing mounts`];
  });
}

/** The keys of files anywhere in a configuration, with their values, each pair once. */
function namedIn(content: unknown): [string, string][] {
  if (typeof content !== 'object' || content === null) return [];
  const found = Object.entries(content).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? (FILE_KEY.test(key) && value !== '' ? [[key, value]] : []) : namedIn(value),
  );
  return [...new Map(found.map((pair) => [pair.join(' '), pair])).values()];
}
