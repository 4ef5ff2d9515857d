export type Labels = Readonly<Record<string, string>>;

/** Returns the name of a series: the legend's format with its labels filled in, or else all its labels. */
export function seriesName(format: string | undefined, labels: Labels): string {
  if (format && format !== '__auto') {
    return format.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, label: string) => labels[label] ?? '');
  }
  const { __name__: name = '', ...rest } = labels;
  const pairs = Object.entries(rest).map(([label, value]) => `${label}="${value}"`);
  return pairs.length > 0 ? `${name}{${pairs.join(', ')}}` : name || 'Value';
}
