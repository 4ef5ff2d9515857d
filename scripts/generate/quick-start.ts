import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageWith } from './page.js';

const EXAMPLES = join(import.meta.dirname, '../../examples');

/** The example files that the page shows, as paths below `examples`. A test runs each of them. */
const SHOWN = [
  'sdk-v2/server.mjs',
  'express-sessions/server.mjs',
  'stdio-desktop/claude_desktop_config.json',
];

const LANGUAGES: Readonly<Record<string, string>> = { mjs: 'js', json: 'json' };

/** docs/quick-start.md with the current code of the examples. */
export function quickStart(): string {
  return pageWith('docs/quick-start.md', Object.fromEntries(SHOWN.map((path) => [path, fenced(path)])));
}

function fenced(path: string): string {
  const language = LANGUAGES[path.split('.').at(-1) ?? ''] ?? '';
  return `\`\`\`${language}\n${readFileSync(join(EXAMPLES, path), 'utf8')}\`\`\``;
}
