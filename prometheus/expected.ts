/** The error for a bad argument or option: names it, says what was expected and what came. */
export function unexpected(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(
    `Expected \`${name}\` to be ${expected}, got ${JSON.stringify(value) ?? String(value)}`,
  );
}
