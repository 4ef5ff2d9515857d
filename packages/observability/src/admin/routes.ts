import { pipeline, type Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { Registry } from 'prom-client';
import type { Health } from '../health/health.js';
import type { CheckResult } from '../health/probe.js';
import { CONTENT_TYPES } from '../metrics/exposition.js';
import type { Shown } from '../processes/snapshot.js';
import { PROFILE_KINDS } from '../profiling/kinds.js';
import type { Profiling } from '../profiling/profiling.js';
import type { Access } from './access/access.js';
import { indexPage } from './index-page.js';
import { acceptsGzip, chooseFormat, omitsZeros } from './negotiate.js';
import { profile } from './profiles.js';
import type { AdminRequest } from './request.js';
import { type AdminResponse, jsonResponse, response } from './response.js';
import { type OnFailure, Scraper } from './scraper.js';

/** What the routes need. */
export interface AdminDeps {
  readonly registry: Registry;
  readonly health: Health;
  /** Whether to show the messages of checks, not only their results and reasons. Default: false. */
  readonly healthDetails?: boolean;
  /** Returns what several processes show, if this process answers for them; undefined if it answers only for itself. */
  readonly view?: () => Promise<Shown | undefined>;
  /** Decides who has access. Without it, everybody has. */
  readonly access?: Access | undefined;
  /** Takes profiles for authorised clients; undefined if profiles are off. */
  readonly profiling?: Profiling | undefined;
  /** Called with the name of the metric or path that failed. May throw. Default: nothing is called. */
  readonly onFailure?: OnFailure;
}

/** Answers a request; returns undefined if no route has the path. Never rejects. */
export type Routes = (request: AdminRequest) => Promise<AdminResponse> | undefined;

type Route = (request: AdminRequest) => Promise<AdminResponse>;

type Checks = readonly CheckResult[];
type Visible = (checks: Checks) => Checks;

const METHODS = ['GET', 'HEAD'];
/** The paths of probes, which have no credentials. */
const PROBED = ['/health/live', '/health/ready'];

export function isProbed(path: string): boolean {
  return PROBED.includes(normalise(path));
}

/** Creates the admin routes of one registry and one health. Any number of handlers can serve them. */
export function createRoutes({
  registry,
  health,
  healthDetails = false,
  view,
  access,
  profiling,
  onFailure: told = () => {},
}: AdminDeps): Routes {
  const visible = healthDetails ? (checks: Checks) => checks : withoutDetails;
  const onFailure = harmless(told);
  const scraper = new Scraper(registry, onFailure);
  const shown = async (): Promise<Shown> => (await view?.()) ?? { registry, health };
  const routes: Map<string, Route> = new Map([
    [
      '/metrics',
      async (request) => {
        health.refresh();
        return metrics(request, scraper, await view?.());
      },
    ],
    ['/health', async (request) => report(request, (await shown()).health, visible)],
    ['/health/live', async (request) => json(200, { status: 'ok' }, request)],
    ['/health/ready', async (request) => readiness(request, (await shown()).health, visible)],
    ['/', async (request) => indexPage(request, [...routes.keys()])],
  ]);
  if (profiling && access)
    for (const kind of PROFILE_KINDS)
      if (kind !== 'heapsnapshot' || profiling.hasSnapshots)
        routes.set(`/debug/pprof/${kind}`, (request) => profile(kind, request, profiling, access));
  const isOpen = (path: string) => access === undefined || (access.openHealth && isProbed(path));
  return (request) => {
    const path = normalise(request.path);
    if (path === '/' && request.isShared) return undefined;
    const route = routes.get(path);
    return (
      route &&
      answer(route, request, isOpen(path) ? undefined : access)
        .catch((error) => {
          onFailure(path, error);
          return json(500, { error: 'internal error' }, request);
        })
        .then((given) =>
          access ? { ...given, headers: { ...given.headers, ...access.latest?.headers } } : given,
        )
    );
  };
}

/** The answer if no route has the path. It does not repeat the path. */
export function notFound(request: AdminRequest): AdminResponse {
  return json(404, { error: 'not found' }, request);
}

async function answer(
  route: Route,
  request: AdminRequest,
  access: Access | undefined,
): Promise<AdminResponse> {
  const { socket } = request;
  const refused = await access?.admit({ authorization: request.header('authorization'), socket });
  if (refused) return json(refused.status, { error: refused.error }, request, refused.headers);
  return allowed(route, request);
}

async function allowed(route: Route, request: AdminRequest): Promise<AdminResponse> {
  if (METHODS.includes(request.method)) return route(request);
  return json(405, { error: 'method not allowed' }, request, { Allow: METHODS.join(', ') });
}

async function metrics(
  request: AdminRequest,
  scraper: Scraper,
  merged: Shown | undefined,
): Promise<AdminResponse> {
  const chosen = chooseFormat(request.header('accept'));
  // What several processes counted together has no known first event.
  const isSparse = chosen === 'protobuf' && merged === undefined && omitsZeros(request.path);
  const format = isSparse ? 'sparse-protobuf' : chosen;
  const gzip = acceptsGzip(request.header('accept-encoding'));
  const headers = {
    'Content-Type': CONTENT_TYPES[format],
    ...(gzip && { 'Content-Encoding': 'gzip' }),
    Vary: 'Accept, Accept-Encoding',
  };
  if (request.method === 'HEAD') return response(200, headers, undefined, request.secure);
  const body = await scraper.open(format, merged?.registry);
  if (!body) return json(503, { error: 'too many scrapes at once' }, request, { 'Retry-After': '1' });
  return response(200, headers, gzip ? compress(body) : body, request.secure);
}

async function report(
  request: AdminRequest,
  health: Shown['health'],
  visible: Visible,
): Promise<AdminResponse> {
  const { status, checks, timestamp } = await health.report();
  return json(status === 'healthy' ? 200 : 503, { status, checks: visible(checks), timestamp }, request);
}

async function readiness(
  request: AdminRequest,
  health: Shown['health'],
  visible: Visible,
): Promise<AdminResponse> {
  const { ready, stopping, checks, timestamp } = await health.readiness();
  const status = ready ? 'ready' : stopping ? 'stopping' : 'unready';
  return json(ready ? 200 : 503, { status, checks: visible(checks), timestamp }, request);
}

/** Removes the messages of checks. They may name hosts, users and paths, and anyone who reaches the port can read them. */
function withoutDetails(checks: Checks): Checks {
  return checks.map(({ message: _, ...rest }) => rest);
}

/** Level 1: scrapes shrink to a tenth, and higher levels cost more than the network does. */
function compress(body: Readable): Readable {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  // Like for the body: the error must have a listener even if nothing reads the stream.
  gzip.on('error', () => {});
  // Destroying either end destroys the other.
  return pipeline(body, gzip, () => {});
}

function json(status: number, value: object, request: AdminRequest, headers = {}): AdminResponse {
  return jsonResponse(status, value, { secure: request.secure, head: request.method === 'HEAD', headers });
}

function normalise(target: string): string {
  const path = target.split('?', 1)[0]!;
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function harmless(onFailure: OnFailure): OnFailure {
  return (name, error) => {
    try {
      onFailure(name, error);
    } catch {
      // The callback failed. The scrape continues.
    }
  };
}
