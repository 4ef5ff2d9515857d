/** The address of a page. It contains everything that a colleague needs to see the same. */
export interface Address {
  readonly path: string;
  readonly parameters: URLSearchParams;
}

/** Replaces parameters. Undefined removes a parameter, and several values add it several times. */
export function withParameters(
  parameters: URLSearchParams,
  changes: Readonly<Record<string, string | readonly string[] | undefined>>,
): URLSearchParams {
  const next = new URLSearchParams(parameters);
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    if (value === undefined) continue;
    for (const single of typeof value === 'string' ? [value] : value) next.append(name, single);
  }
  return next;
}

/** Returns the parameters that contain the chosen values of variables. */
export function variableParameters(parameters: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...parameters].filter(([name]) => name.startsWith('var-')));
}

/** Returns the address at which the page starts: with `asked`, and with `usual` for what was not asked. */
export function startAddress(
  uid: string,
  asked: URLSearchParams,
  usual: Readonly<Record<string, string>>,
): string {
  const parameters = new URLSearchParams({ ...usual });
  for (const name of new Set(asked.keys())) parameters.delete(name);
  for (const [name, value] of asked) parameters.append(name, value);
  return `/d/${uid}${parameters.size > 0 ? `?${parameters}` : ''}`;
}
