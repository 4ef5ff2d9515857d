import { CannotRun } from '../../check.js';
import type { Context, Fact } from '../../context.js';
import type { Answer } from '../../net/ask.js';
import { askApi, parsed } from './api.js';
import { groupOf, type Kind, RESOURCES } from './resources.js';

export type Labels = Readonly<Record<string, string>>;

export interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Labels;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
}

/** A named object of the API. */
export interface KubeObject {
  readonly metadata: Metadata;
}

/** The error for a kind that the doctor may not list. Check D301 reports all such kinds. */
export class NoRight extends CannotRun {
  constructor(readonly right: string) {
    super(`it may not ${right}`, 'PMCP-D301');
  }
}

const lists = new Map<Kind, Fact<readonly KubeObject[]>>();

/** Returns the fact that lists a kind, in the named namespaces or in all. It is empty if the cluster does not know the kind. */
export function objectsOf<T extends KubeObject>(kind: Kind): Fact<readonly T[]> {
  const known = lists.get(kind) ?? ((context: Context) => listed(context, kind));
  lists.set(kind, known);
  return known as Fact<readonly T[]>;
}

async function listed(context: Context, kind: Kind): Promise<readonly KubeObject[]> {
  const { namespace } = context.settings;
  const places = namespace.length === 0 ? [undefined] : namespace;
  return (await Promise.all(places.map((place) => pagesOf(context, kind, place)))).flat();
}

interface Page {
  readonly items: readonly KubeObject[];
  readonly metadata?: { readonly continue?: string };
}

const PAGE = 500;

async function pagesOf(context: Context, kind: Kind, namespace: string | undefined): Promise<KubeObject[]> {
  const [path, plural] = RESOURCES[kind];
  const place = namespace === undefined ? '' : `namespaces/${namespace}/`;
  const all: KubeObject[] = [];
  let next = '';
  do {
    const more = next && `&continue=${encodeURIComponent(next)}`;
    const answer = await askApi(context, `/${path}/${place}${plural}?limit=${PAGE}${more}`);
    if (answer.status === 404 || (answer.status === 403 && (await isUnknown(context, path)))) return [];
    const right = `list ${nameOf(kind)}${inNamespace(namespace)}`;
    if (answer.status === 403) throw new NoRight(right);
    const page = allowed<Page>(answer, right);
    all.push(...page.items);
    next = page.metadata?.continue ?? '';
  } while (next);
  return all;
}

/** Tells whether the cluster does not know this API. Kubernetes checks rights first, so unknown kinds may answer 403. */
async function isUnknown(context: Context, path: string): Promise<boolean> {
  return (await askApi(context, `/${path}`)).status === 404;
}

/**
 * Returns the content of an answer if the request was allowed.
 *
 * @param right the right that the request needs, as RBAC names it: `list pods`
 * @throws CannotRun
 */
export function allowed<T>({ status, body, url }: Answer, right: string): T {
  if (status === 403) throw new CannotRun(`it may not ${right}`);
  const content = status < 300 ? parsed<T>(body) : undefined;
  if (content === undefined) throw new CannotRun(`the API answers ${status} to ${url.pathname}`);
  return content;
}

/** Returns the name of a kind in RBAC, such as `deployments.apps`. */
function nameOf(kind: Kind): string {
  return [RESOURCES[kind][1], groupOf(kind)].filter(Boolean).join('.');
}

export function inNamespace(namespace: string | undefined): string {
  return namespace === undefined ? ' in all namespaces' : ` in namespace ${namespace}`;
}

/** Returns the place of a finding, such as `cluster:notes/Deployment/notes`. */
export function placeOf(kind: string, { metadata: { name, namespace } }: KubeObject): string {
  return `cluster:${namespace}/${kind}/${name}`;
}
