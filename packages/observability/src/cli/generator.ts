import { pathToFileURL } from 'node:url';
import { packed } from '../assets/packed.js';

/**
 * Loads the code that generates rules or publishes dashboards. That code depends on this package, so it is bundled into the
 * package when it is packed.
 */
export async function generator<Exports>(name: 'alerts' | 'dashboards'): Promise<Exports> {
  const file = pathToFileURL(packed(`dist/generators/${name}.js`));
  return (await import(file.href)) as Exports;
}
