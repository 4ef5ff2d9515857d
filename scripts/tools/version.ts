/** The first version in what a program says of itself: "prometheus, version 2.42.0+ds (branch: …" */
export function versionIn(text: string): string | undefined {
  return /(?<![\d.])\d+\.\d+(\.\d+)?/.exec(text)?.[0];
}

/** Whether a version is the same as another or later; parts that are not given count as 0. */
export function atLeast(version: string, least: string): boolean {
  const [have, want] = [version, least].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const i = want.findIndex((part, index) => part !== (have[index] ?? 0));
  return i === -1 || (have[i] ?? 0) > (want[i] ?? 0);
}
