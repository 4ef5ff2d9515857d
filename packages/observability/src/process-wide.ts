/** Increased when the shared data changes, so that copies of other versions do not share it. */
const VERSION = 1;

/**
 * A value that exists once in a thread, even if there are several copies of this package, from bundlers or different versions.
 * Each copy has its own module variables.
 */
export function processWide<Shared extends object>(name: string, create: () => Shared): Shared {
  const shared = globalThis as Record<symbol, unknown>;
  const key = Symbol.for(`@pmcp/observability.${name}.${VERSION}`);
  shared[key] ??= create();
  return shared[key] as Shared;
}
