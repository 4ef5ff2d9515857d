import { parse } from 'yaml';
import { type Manifest, valueAt } from './manifests.js';

interface WrittenRule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr?: string;
}

/** The expressions of the rules about MCP servers that are among objects, as a PrometheusRule or as a file of a ConfigMap. */
export function rulesAmong(all: readonly Manifest[]): string[] {
  return expressionsOf(all.flatMap(groupsIn));
}

/** The expressions of the rules about MCP servers in a file of rules. */
export function expressionsIn(text: string): string[] {
  return expressionsOf(listOf(valueAt(readable(text), ['groups'])));
}

function expressionsOf(groups: readonly Group[]): string[] {
  return groups
    .flatMap(({ rules }) => rules ?? [])
    .filter(({ alert = '', record = '', expr = '' }) => /pmcp/i.test(alert + record + expr))
    .map(({ expr }) => String(expr));
}

type Group = { readonly rules?: readonly WrittenRule[] };

function groupsIn({ kind, content }: Manifest): readonly Group[] {
  if (kind === 'PrometheusRule') return listOf(valueAt(content, ['spec', 'groups']));
  if (kind !== 'ConfigMap') return [];
  return Object.values(content.data ?? {})
    .filter((text) => typeof text === 'string' && /^groups:/m.test(text) && /pmcp/i.test(text))
    .flatMap((text) => listOf(valueAt(readable(text), ['groups'])));
}

/** Reads a text of a ConfigMap. */
export function readable(text: string): unknown {
  try {
    return parse(text, { merge: true });
  } catch {
    // Its program says what is wrong with it.
    return undefined;
  }
}

function listOf(value: unknown): readonly Group[] {
  return Array.isArray(value) ? value : [];
}
