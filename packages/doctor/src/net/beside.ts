/** Resolves a path below a base URL, even if the base does not end with a slash. */
export function beside(base: URL, path: string): URL {
  const folder = new URL(base);
  folder.search = '';
  folder.hash = '';
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  return new URL(path, folder);
}
