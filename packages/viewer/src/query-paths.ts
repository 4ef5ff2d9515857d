/** The paths that are passed on to Prometheus: they only read, and no configuration and no targets. */
const PATHS: readonly RegExp[] = [
  /^query$/,
  /^query_range$/,
  /^query_exemplars$/,
  /^series$/,
  /^labels$/,
  /^label\/[a-zA-Z_][a-zA-Z0-9_]*\/values$/,
  /^rules$/,
  /^alerts$/,
  /^status\/buildinfo$/,
];

/** Prometheus also accepts these as a form, for queries that are too long for a URL. */
const FORMS: readonly RegExp[] = [/^query$/, /^query_range$/, /^query_exemplars$/, /^series$/, /^labels$/];

export function isAllowed(method: string, path: string): boolean {
  const allowed = method === 'POST' ? FORMS : method === 'GET' ? PATHS : [];
  return allowed.some((pattern) => pattern.test(path));
}
