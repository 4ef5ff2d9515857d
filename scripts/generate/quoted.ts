/** Returns a text as a string literal, with the quotes that the formatter chooses. */
export function quoted(text: string): string {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}
