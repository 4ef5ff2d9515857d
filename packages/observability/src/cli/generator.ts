/**
 * Loads what makes rules or publishes dashboards. It is bundled into the package when that is packed, from code that
 * builds on this package.
 */
export async function generator<Exports>(name: 'alerts' | 'dashboards'): Promise<Exports> {
  const file = new URL(`../generators/${name}.js`, import.meta.url);
  return (await import(file.href)) as Exports;
}
