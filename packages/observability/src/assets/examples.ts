/** The domain that is nobody's: what is there was written to be replaced. */
const EXAMPLE = /\bexample\.(?:com|org|net)\b/;

/** The files in which an address still points nowhere, outside of comments and pages for people. */
export function withExamples(files: ReadonlyMap<string, string>): string[] {
  return [...files]
    .filter(([path, text]) => !path.endsWith('.md') && pointsNowhere(text))
    .map(([path]) => path);
}

function pointsNowhere(text: string): boolean {
  return text.split('\n').some((line) => !line.trimStart().startsWith('#') && EXAMPLE.test(line));
}
