import type { AdminRequest } from './request.js';
import { type AdminResponse, jsonResponse, response } from './response.js';

/** The routes and their descriptions. */
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

/** Profiles are not links, since following one would take a profile. */
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

/** Returns an HTML page to clients that prefer HTML, and JSON to all others. */
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
