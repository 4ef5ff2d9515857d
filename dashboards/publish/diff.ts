import type { Json } from '../finish.js';

/** Fields that Grafana adds to a dashboard. */
const OWN = ['id', 'uid', 'version'];

/** Returns how the stored dashboard differs from the wanted one, with a line for each value. */
export function differences(stored: Json, wanted: Json): string[] {
  return compared('', without(stored), without(wanted));
}

function without(spec: Json): Json {
  return Object.fromEntries(Object.entries(spec).filter(([key]) => !OWN.includes(key)));
}

function compared(path: string, stored: unknown, wanted: unknown): string[] {
  if (!isContainer(stored) || !isContainer(wanted) || Array.isArray(stored) !== Array.isArray(wanted)) {
    return Object.is(stored, wanted) ? [] : [`${path}: ${shown(stored)} -> ${shown(wanted)}`];
  }
  const keys = [...new Set([...Object.keys(stored), ...Object.keys(wanted)])];
  return keys.flatMap((key) => compared(path ? `${path}.${key}` : key, stored[key], wanted[key]));
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Returns a value as JSON, short enough for a message. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
