import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { ConfigurationFile } from './compose-configurations.js';
import { filesIn, originIn } from './compose-mounts.js';

/** The patterns of `rule_files`, as they are written and as paths in the container. */
export function rulePatterns({ content, path }: Pick<ConfigurationFile, 'content' | 'path'>) {
  const patterns = (Array.isArray(content.rule_files) ? content.rule_files : []).map(String);
  return patterns.map((told) => ({ told, at: posix.resolve(posix.dirname(path), told) }));
}

/** The texts of the rules that a Prometheus of Compose reads, as far as they are on this machine. */
export function rulesOf(file: ConfigurationFile): string[] {
  return [...new Set(rulePatterns(file).flatMap(({ at }) => pathsOf(at, file)))].flatMap(read);
}

function pathsOf(path: string, { mounts }: ConfigurationFile): string[] {
  const [folder, pattern] = [posix.dirname(path), patternOf(posix.basename(path))];
  if (pattern === undefined) return [];
  const own = mounts
    .filter(({ target }) => posix.dirname(target) === folder && pattern.test(posix.basename(target)))
    .flatMap(({ source }) => source ?? []);
  const origin = originIn(folder, mounts);
  const source = origin.kind === 'possible' ? origin.source : undefined;
  const inside = source === undefined ? [] : filesIn(source).filter((name) => pattern.test(name));
  return [...own, ...inside.map((name) => join(source!, name))];
}

function read(file: string): string[] {
  try {
    return [readFileSync(file, 'utf8')];
  } catch {
    // It is made before the start.
    return [];
  }
}

/** The pattern of one name; undefined if it has more than `*` and `?`. */
export function patternOf(name: string): RegExp | undefined {
  if (/[[\]{}\\]/.test(name)) return undefined;
  const escaped = name.replaceAll(/[.+^$()|]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
