/** Returns the expression for a whole text that a pattern of Go fits, if JavaScript has it too. */
export function wholly(pattern: string): RegExp | undefined {
  const [begin, flags = ''] = /^\(\?([ims]+)\)/.exec(pattern) ?? [''];
  const rest = pattern.slice(begin.length).replaceAll('(?P<', '(?<');
  try {
    return new RegExp(`^(?:${rest})$`, [...new Set(`s${flags}`)].join(''));
  } catch {
    return undefined;
  }
}
