import type { AlertmanagerConfig, Receiver } from './alertmanager.js';

const NAMED = /\{\{-?\s*template\s+["`]([^"`]+)["`]/g;
const DEFINED = /\{\{-?\s*(?:define|block)\s+["`]([^"`]+)["`]/g;

/** Those that come with Alertmanager are `__subject`, `slack.default.title` and the like. */
const SHIPPED = /^__|^\w+\.default\./;

/** Returns the templates that messages of a receiver name, and that files have to define. */
export function templatesOf(receiver: Receiver): string[] {
  const text = textsIn(receiver).join('\n');
  const defined = new Set(namesIn(text, DEFINED));
  return namesIn(text, NAMED).filter((name) => !SHIPPED.test(name) && !defined.has(name));
}

/** Returns the patterns of files that a configuration loads templates from. */
export function templateFilesOf({ templates }: AlertmanagerConfig): readonly string[] {
  return templates ?? [];
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))];
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
