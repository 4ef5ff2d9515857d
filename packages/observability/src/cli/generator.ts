/**
 * Loads the code that generates rules or publishes dashboards. That code depends on this package, so it is bundled into the
 * package when it is packed.
 */
export async function generator<Exports>(name: 'alerts' | 'dashboards'): Promise<Exports> {
  const file = new URL(`../generators/${name}.js`, import.meta.url);
  return (await import(file.href)) as Exports;
}
