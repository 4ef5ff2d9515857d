/** Levels of detail for parts of a program, as `RUST_LOG` writes them: `info,pmcp=debug,pmcp::http=trace`. */

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type Level = (typeof LEVELS)[number];

const ALIASES: ReadonlyMap<string, Level> = new Map([
  ['off', 'silent'],
  ['warning', 'warn'],
  ['critical', 'fatal'],
]);

export interface Directives {
  /** The level of everything that no target names. */
  readonly level: Level;
  readonly targets: ReadonlyMap<string, Level>;
  /** What is wrong with each ignored directive, in one sentence. */
  readonly problems: readonly string[];
}

/** A directive that can't be parsed is ignored, and becomes a problem to warn about. */
export function parseDirectives(text: string): Directives {
  let level: Level = 'info';
  const targets = new Map<string, Level>();
  const problems: string[] = [];
  for (const directive of text.split(',').map((part) => part.trim())) {
    if (directive === '') continue;
    const [left = '', right] = directive.split('=').map((part) => part.trim());
    const bare = right === undefined ? levelOf(left) : undefined;
    const named = right === undefined ? everythingOf(left) : levelOf(right);
    if (bare !== undefined) level = bare;
    else if (named !== undefined && isTarget(left)) targets.set(left, named);
    else problems.push(problem(directive));
  }
  return { level, targets, problems };
}

/** Returns the level of the longest target that equals the name or is a prefix of it up to a `::`. */
export function levelFor(name: string, { level, targets }: Directives): Level {
  for (let end = name.length; end > 0; end = name.lastIndexOf('::', end - 1)) {
    const found = targets.get(name.slice(0, end));
    if (found !== undefined) return found;
  }
  return level;
}

function levelOf(word: string): Level | undefined {
  const lower = word.toLowerCase();
  return ALIASES.get(lower) ?? LEVELS.find((level) => level === lower);
}

/** A target without a level means all levels. Without a `::`, it is more likely a misspelt level. */
function everythingOf(word: string): Level | undefined {
  return word.includes('::') ? 'trace' : undefined;
}

function isTarget(word: string): boolean {
  return /^[\w-]+(::[\w-]+)*$/.test(word);
}

function problem(directive: string): string {
  const levels = LEVELS.join(', ');
  return `Expected a log directive to be a level (${levels}, off) or target=level, got ${JSON.stringify(directive.slice(0, 100))}; it is ignored`;
}
