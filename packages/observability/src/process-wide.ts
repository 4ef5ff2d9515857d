/** Raised when what copies of the package share changes: copies of other versions then keep to themselves. */
const VERSION = 1;

/**
 * What there is once in a thread, however many copies of this package a bundler or two versions of it have put there:
 * each copy has module variables of its own.
 */
export function processWide<Shared extends object>(name: string, create: () => Shared): Shared {
  const shared = globalThis as Record<symbol, unknown>;
  const key = Symbol.for(`@pmcp/observability.${name}.${VERSION}`);
  shared[key] ??= create();
  return shared[key] as Shared;
}
