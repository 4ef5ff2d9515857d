/** Returns a suggestion for the end of a message; empty if no name is near. */
export function didYouMean(given: string, names: readonly string[], prefix = ''): string {
  const name = nearest(given, names);
  return name === undefined ? '' : `; did you mean ${prefix}${name}?`;
}

/** Secrets are read from files; who does not know that names the secret itself. */
const SECRET_FILE = /(?<=token|password|key)[-_]file$/i;

/** Returns the nearest name, if few typing errors explain it: one for every three letters, and at least one. */
function nearest(given: string, names: readonly string[]): string | undefined {
  const wanted = given.toLowerCase();
  const scored = names.flatMap((name) =>
    [...new Set([name, name.replace(SECRET_FILE, '')])].map((spelt) => ({
      name,
      errors: distance(wanted, spelt.toLowerCase()),
      allowed: Math.max(1, Math.floor(spelt.length / 3)),
    })),
  );
  const [best] = scored.sort((a, b) => a.errors - b.errors);
  return best && best.errors <= best.allowed ? best.name : undefined;
}

/** Counts the letters that were left out, added, changed, or swapped with the next one. */
function distance(a: string, b: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, changed);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
