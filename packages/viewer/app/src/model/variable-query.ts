/** The query that returns the values of a variable. */
export type VariableQuery =
  | { readonly kind: 'label_values'; readonly selector: string | undefined; readonly label: string }
  | { readonly kind: 'query_result'; readonly query: string }
  | { readonly kind: 'unknown'; readonly text: string };

/** Reads `label_values(selector, label)`, `label_values(label)` and `query_result(query)`. */
export function parseVariableQuery(text: string): VariableQuery {
  const trimmed = text.trim();
  const [, both] = /^label_values\(([\s\S]+)\)$/.exec(trimmed) ?? [];
  if (both !== undefined) {
    const [, selector, label] = /^([\s\S]+),\s*(\w+)\s*$/.exec(both) ?? [];
    if (label !== undefined) return { kind: 'label_values', selector: selector?.trim(), label };
    return { kind: 'label_values', selector: undefined, label: both.trim() };
  }
  const [, query] = /^query_result\(([\s\S]+)\)$/.exec(trimmed) ?? [];
  return query === undefined ? { kind: 'unknown', text } : { kind: 'query_result', query };
}

/** Returns what the variable's regular expression captures of each value; all values if it has none. */
export function applyRegex(values: readonly string[], regex: string | undefined): string[] {
  if (!regex) return [...values];
  const [, body = regex, flags = ''] = /^\/(.*)\/(\w*)$/s.exec(regex) ?? [];
  const pattern = new RegExp(body, flags.replace(/[gy]/g, ''));
  const found = values.map((value) => pattern.exec(value)).filter((match) => match !== null);
  return [...new Set(found.map((match) => match.groups?.value ?? match[1] ?? match[0]))];
}

/** Sorts as people do: `pod-2` before `pod-10`. */
export function sorted(values: readonly string[]): string[] {
  return [...values].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
