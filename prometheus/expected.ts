/** Returns the error for a bad argument or option: its name, what was expected and what was given. */
export function unexpected(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(
    `Expected \`${name}\` to be ${expected}, got ${JSON.stringify(value) ?? String(value)}`,
  );
}
