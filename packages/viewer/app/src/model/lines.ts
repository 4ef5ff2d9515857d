/** Where a name may break: after a space or a sign, and before a capital letter inside a word. */
const BREAK = /(?<=[\s_.:/-])|(?<=[a-z0-9])(?=[A-Z])/;
const MORE = '…';

/** Breaks a name into as few lines as possible, at most `most`. Shortens a line that is still too long. */
export function inLines(name: string, most: number, fits: (line: string) => boolean): string[] {
  const lines: string[] = [''];
  for (const piece of name.split(BREAK)) {
    const longer = `${lines.at(-1)}${piece}`;
    const goesOn = longer === piece || lines.length >= most || fits(longer.trimEnd());
    if (goesOn) lines[lines.length - 1] = longer;
    else lines.push(piece);
  }
  return lines.map((line) => shortened(line.trimEnd(), fits));
}

function shortened(line: string, fits: (line: string) => boolean): string {
  if (fits(line)) return line;
  const letters = [...line];
  while (letters.length > 1 && !fits(letters.join('') + MORE)) letters.pop();
  return letters.join('') + MORE;
}
