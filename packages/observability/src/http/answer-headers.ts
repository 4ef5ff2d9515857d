import type { OutgoingHttpHeaders } from 'node:http';

/** Headers as `writeHead` accepts them: an object, pairs, or a flat list of names and values. */
export type Headers = OutgoingHttpHeaders | readonly unknown[] | undefined;

/** @param name in lower case */
export function headerIn(headers: Headers, name: string): unknown {
  if (headers === undefined || headers === null) return undefined;
  if (!Array.isArray(headers)) {
    for (const key in headers) if (isNamed(key, name)) return (headers as OutgoingHttpHeaders)[key];
    return undefined;
  }
  const pair = headers.findIndex((entry, i) =>
    Array.isArray(entry) ? isNamed(entry[0], name) : i % 2 === 0 && isNamed(entry, name),
  );
  if (pair === -1) return undefined;
  return Array.isArray(headers[pair]) ? headers[pair][1] : headers[pair + 1];
}

export function headerText(value: unknown): string | undefined {
  return Array.isArray(value) ? value.join() : typeof value === 'string' ? value : undefined;
}

function isNamed(key: unknown, name: string): boolean {
  return (
    key === name || (typeof key === 'string' && key.length === name.length && key.toLowerCase() === name)
  );
}
