/**
 * Returns the host of what `postgres_exporter` is told in DATA_SOURCE_NAME or DATA_SOURCE_URI: a URL, with or without
 * its scheme, or words such as `host=postgres`. Undefined where it can't be told.
 */
export function hostOfDataSource(value: string): string | undefined {
  const address = value.replace(/^(.*@|postgres(ql)?:\/\/)/, '');
  // Several addresses have a comma between them, and a variable may hold the end of one.
  if (/[,$]/.test(address)) return undefined;
  const [, host] =
    /(?:^|\s)host=([\w.-]+)/.exec(address) ?? /^([\w.-]+|\[[\d:]+\])(?::\d+)?(?:[/?]|$)/.exec(address) ?? [];
  return host;
}
