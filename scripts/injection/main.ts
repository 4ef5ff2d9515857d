/** Writes what @pmcp/injection holds. Runs before the packages are packed. */
import { join } from 'node:path';
import { bundleInjection } from './bundle.js';

await bundleInjection(join(import.meta.dirname, '../../packages/injection/dist'));
