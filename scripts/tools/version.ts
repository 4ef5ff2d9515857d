/** Returns the version in the first line of a program's output. Later lines contain other versions. */
export function versionIn(output: string): string | undefined {
  const [firstLine = ''] = output.split('\n', 1);
  return /(?:version |Exporter |Kubernetes v|Client Version: v|etcd Version: |Version:"v|Chromium |Chrome |v=|\(PostgreSQL\) |"gitVersion":"v)(\d+(?:\.\d+)+)/.exec(
    firstLine,
  )?.[1];
}

/** Returns a number below 0 if `a` is older than `b`. 2.42 and 2.42.0 are equal. */
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
