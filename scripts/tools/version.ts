/** The version that a program prints on the first line of what it says of itself; later lines name other versions. */
export function versionIn(output: string): string | undefined {
  const [firstLine = ''] = output.split('\n', 1);
  return /(?:version |Exporter |Chromium |Chrome |v=|\(PostgreSQL\) |"gitVersion":"v)(\d+(?:\.\d+)+)/.exec(
    firstLine,
  )?.[1];
}

/** Below 0 when `a` is older than `b`; 2.42 and 2.42.0 are the same. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function majorOf(version: string): number {
  return Number(version.split('.', 1)[0]);
}
