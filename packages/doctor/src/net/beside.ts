/** Resolves a path below a base URL, even if the base does not end with a slash. */
export function beside(base: URL, path: string): URL {
  return new URL(path, base.href.endsWith('/') ? base.href : `${base.origin}${base.pathname}/`);
}
