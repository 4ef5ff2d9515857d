import { type AdminResponse, jsonResponse, response } from './response.js';
import type { AdminRequest } from './routes.js';

/** What there is to see, for people and for programs. */
const ROUTES = [
  { path: '/metrics', description: 'metrics, for Prometheus' },
  { path: '/health', description: 'every check, and how it ended' },
  { path: '/health/live', description: 'whether the process answers' },
  { path: '/health/ready', description: 'whether it should get requests' },
] as const;

const HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>MCP server</title>
<h1>MCP server</h1>
<ul>
${ROUTES.map(({ path, description }) => `<li><a href="${path.slice(1)}">${path}</a>: ${description}</li>`).join('\n')}
</ul>
</html>
`;

/** A page for who likes one best, and JSON for everybody else. */
export function indexPage({ header, secure, method }: AdminRequest): AdminResponse {
  const head = method === 'HEAD';
  const vary = { Vary: 'Accept' };
  if (!/\btext\/html\b/i.test(header('accept') ?? ''))
    return jsonResponse(200, { routes: ROUTES }, { secure, head, headers: vary });
  const described = {
    ...vary,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(HTML)),
  };
  return response(200, described, head ? undefined : HTML, secure);
}
