/** The paths that are passed on to Prometheus: only those that the page asks. */
const PATHS: readonly RegExp[] = [
  /^query$/,
  /^query_range$/,
  /^query_exemplars$/,
  /^label\/[a-zA-Z_][a-zA-Z0-9_]*\/values$/,
  /^rules$/,
];

/** Prometheus also accepts these as a form, for queries that are too long for a URL. */
const FORMS: readonly RegExp[] = [/^query$/, /^query_range$/, /^query_exemplars$/];

export function isAllowed(method: string, path: string): boolean {
  const allowed = method === 'POST' ? FORMS : method === 'GET' ? PATHS : [];
  return allowed.some((pattern) => pattern.test(path));
}
