/** A line of a report: a name and its amount. */
export interface Row {
  readonly name: string;
  readonly value: number;
}

/** Formats the largest rows first, each with its share. Names can't send commands to the terminal. */
export function shares(
  rows: readonly Row[],
  total: number,
  top: number,
  unit: (value: number) => string,
): string[] {
  return [...rows]
    .sort((a, b) => b.value - a.value)
    .slice(0, top)
    .map(({ name, value }) => {
      const share = total === 0 ? 0 : (value / total) * 100;
      return `${`${share.toFixed(1)} %`.padStart(8)}  ${unit(value).padStart(9)}  ${printable(name)}`;
    });
}

/** Names of functions and tools are untrusted text. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}

/** A function and its location. */
export function placeOf({
  functionName,
  url,
  lineNumber,
}: {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}): string {
  const name = functionName || '(anonymous)';
  const path = url.replace(/^file:\/\//, '');
  return path === '' ? name : `${name}  ${path}:${lineNumber + 1}`;
}

export function add(to: Map<string, number>, name: string, value: number): void {
  to.set(name, (to.get(name) ?? 0) + value);
}

export function rows(from: ReadonlyMap<string, number>): Row[] {
  return [...from].map(([name, value]) => ({ name, value }));
}
