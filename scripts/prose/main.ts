/** Names what a reader would stumble over in the documentation: `npm run check:prose`. A test does the same. */
import { pages } from './pages.js';
import { stumbles } from './prose.js';

for (const [path, text] of pages())
  for (const stumble of stumbles(text)) {
    process.stdout.write(`${path}: ${stumble}\n`);
    process.exitCode = 1;
  }
