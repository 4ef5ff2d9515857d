import type { AdminRequest } from './request.js';
import { type AdminResponse, jsonResponse, response } from './response.js';

/** What there is to see, for people and for programs. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  '/metrics': 'metrics, for Prometheus',
  '/health': 'every check, and how it ended',
  '/health/live': 'whether the process answers',
  '/health/ready': 'whether it should get requests',
  '/debug/pprof/profile': 'takes a CPU profile',
  '/debug/pprof/heap': 'takes a profile of what fills the memory',
  '/debug/pprof/heapsnapshot': 'takes a heap snapshot, which holds secrets',
  '/debug/pprof/trace': 'tells what the event loop was late for',
};

/** A link to a profile would take one. */
const page = (routes: readonly Described[]) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>MCP server</title>
<h1>MCP server</h1>
<ul>
${routes.map(({ path, description }) => `<li>${path.startsWith('/debug') ? path : `<a href="${path.slice(1)}">${path}</a>`}: ${description}</li>`).join('\n')}
</ul>
</html>
`;

interface Described {
  readonly path: string;
  readonly description: string;
}

/** A page for who likes one best, and JSON for everybody else. */
export function indexPage({ header, secure, method }: AdminRequest, paths: readonly string[]): AdminResponse {
  const head = method === 'HEAD';
  const vary = { Vary: 'Accept' };
  const routes = paths.flatMap((path) => {
    const description = DESCRIPTIONS[path];
    return description === undefined ? [] : [{ path, description }];
  });
  if (!/\btext\/html\b/i.test(header('accept') ?? ''))
    return jsonResponse(200, { routes }, { secure, head, headers: vary });
  const html = page(routes);
  const described = {
    ...vary,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(html)),
  };
  return response(200, described, head ? undefined : html, secure);
}
