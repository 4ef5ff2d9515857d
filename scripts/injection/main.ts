/** Writes the part of the package that is put into pods. Runs before the package is packed. */
import { join } from 'node:path';
import { bundleInjection } from './bundle.js';

await bundleInjection(join(import.meta.dirname, '../../packages/observability/dist/injection'));
