/** What stands for a variable of which no default is known. */
export const UNKNOWN = '?';

/** Returns a text of a Compose file with the defaults of its variables, `${NAME:-DEFAULT}`. */
export function withDefaults(text: string): string {
  return text.replaceAll(/\$\{\w+:?-([^}]*)\}/g, '$1').replaceAll(/\$\{[^}]*\}|\$\w+/g, UNKNOWN);
}
