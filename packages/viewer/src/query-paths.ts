/** What is passed on to Prometheus: questions only, and of those the ones that the page asks. */
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

/** Prometheus takes these as a form as well, for what is too long for an address. */
const FORMS: readonly RegExp[] = [/^query$/, /^query_range$/, /^query_exemplars$/, /^series$/, /^labels$/];

export function isAllowed(method: string, path: string): boolean {
  const allowed = method === 'POST' ? FORMS : method === 'GET' ? PATHS : [];
  return allowed.some((pattern) => pattern.test(path));
}
