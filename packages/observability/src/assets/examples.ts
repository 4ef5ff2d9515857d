/** The reserved example domain. Addresses in it must be replaced. */
const EXAMPLE = /\bexample\.(?:com|org|net)\b/;

/** Returns the files with an address that still points nowhere, except in comments and documentation. */
export function withExamples(files: ReadonlyMap<string, string>): string[] {
  return [...files]
    .filter(([path, text]) => !path.endsWith('.md') && pointsNowhere(text))
    .map(([path]) => path);
}

function pointsNowhere(text: string): boolean {
  return text.split('\n').some((line) => !line.trimStart().startsWith('#') && EXAMPLE.test(line));
}
