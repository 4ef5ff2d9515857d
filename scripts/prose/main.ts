/**
 * Lists phrases in the documentation that are hard to read: `npm run check:prose`. A test checks the same.
 */
import { pages } from './pages.js';
import { stumbles } from './prose.js';

for (const [path, text] of pages())
  for (const stumble of stumbles(text)) {
    process.stdout.write(`${path}: ${stumble}\n`);
    process.exitCode = 1;
  }
