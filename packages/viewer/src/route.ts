import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendError, sendJson } from './answer.js';
import { answerFault } from './answer-fault.js';
import { answerTraces } from './answer-traces.js';
import { listDashboards } from './dashboards.js';
import type { Demo } from './demo.js';
import { sendFile } from './folder.js';
import { passOn } from './pass-on.js';
import type { TraceSource } from './traces.js';
import type { Upstream } from './upstream.js';

/** What the viewer shows. */
export interface Contents {
  /** The Prometheus servers, by the name that the page shows. */
  readonly prometheus: Readonly<Record<string, Upstream>>;
  /** Folders: the built page, the dashboards' JSON, the runbooks. */
  readonly bundle: string;
  readonly dashboards: string;
  readonly runbooks: string;
  /** The store in which single requests are looked up, if there is one. */
  readonly traces?: TraceSource | undefined;
  readonly demo?: Demo | undefined;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Paths that are answered with the page. The page reads the path itself. */
const PAGES = /^\/(d\/[\w-]+|alerts|requests|requests\/[0-9a-f]+|)$/;

export function route(contents: Contents): Answer {
  const { bundle, dashboards, runbooks, prometheus, traces, demo } = contents;
  return async (request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://viewer');
    const [, first, second = '', ...rest] = pathname.split('/');
    if (first === 'prometheus') {
      const upstream = Object.hasOwn(prometheus, decodeURIComponent(second))
        ? prometheus[decodeURIComponent(second)]
        : undefined;
      if (upstream) await passOn(upstream, rest.join('/'), search, request, response);
      else sendError(response, 404, 'not_found', `Expected the name of a Prometheus, got "${second}"`);
      return;
    }
    if (first === 'faults') {
      answerFault(demo, decodeURIComponent(second), new URLSearchParams(search), request, response);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendError(response, 405, 'read_only', `Expected GET, got ${request.method}: the viewer only reads`);
      return;
    }
    if (PAGES.test(pathname)) await sendFile(bundle, 'index.html', request, response);
    else if (first === 'bundle') await sendFile(bundle, second, request, response);
    else if (first === 'dashboards') await sendFile(dashboards, second, request, response);
    else if (first === 'runbooks') await sendFile(runbooks, second, request, response);
    else if (first === 'traces') await answerTraces(traces, second, new URLSearchParams(search), response);
    else if (pathname === '/contents') sendJson(response, await describe(contents));
    else sendError(response, 404, 'not_found', `Expected a path of the viewer, got "${pathname}"`);
  };
}

/** The scrape interval of most Prometheus servers. */
const DEFAULT_SCRAPE_MS = 15_000;

/** Returns what the page asks for first. */
async function describe({ dashboards, prometheus, traces, demo }: Contents): Promise<object> {
  const titles = await listDashboards(dashboards);
  const sources = Object.entries(prometheus).map(([name, { scrapeIntervalMs = DEFAULT_SCRAPE_MS }]) => {
    return { name, scrapeIntervalMs };
  });
  return {
    dashboards: titles,
    dataSources: { prometheus: sources },
    traces: traces !== undefined,
    demo: demo?.says,
  };
}
