import type { Json } from '../finish.js';
import { TAG } from '../uids.js';
import { Http } from './http.js';
import { messageOf } from './reply.js';
import type { Settings } from './settings.js';

/** A dashboard as Grafana stores it. */
interface Stored {
  readonly spec: Json;
  readonly folderUid: string | undefined;
  /**
   * Is sent when replacing it, so that Grafana rejects the request if somebody changed it in the meantime.
   */
  readonly version: unknown;
}

/** Reads and writes dashboards with one generation of Grafana's API. */
export interface Store {
  read(uid: string): Promise<Stored | undefined>;
  /** @returns false if somebody else has changed it since it was read */
  write(uid: string, spec: Json, over: Stored | undefined): Promise<boolean>;
  remove(uid: string): Promise<void>;
}

const NOT_FOUND = 404;
const CONFLICTS = [409, 412];

/** Finds out which generation of the API Grafana has. */
export async function connect(settings: Settings): Promise<{ http: Http; store: Store }> {
  const http = new Http(settings);
  const path = `apis/dashboard.grafana.app/v1/namespaces/${settings.namespace}/dashboards`;
  const { status } = await http.send('GET', `${path}?limit=1`, undefined, [NOT_FOUND]);
  return { http, store: status === NOT_FOUND ? legacy(http, settings) : resources(http, path, settings) };
}

/**
 * Finds the folder, or creates it.
 * @throws Error that says what to do if another folder prevents that
 */
export async function ensureFolder(http: Http, { uid, title }: Settings['folder']): Promise<void> {
  if (await hasFolder(http, uid)) return;
  const { status, body } = await http.send('POST', 'api/folders', { uid, title }, CONFLICTS);
  if (!CONFLICTS.includes(status)) return;
  // Somebody else may have created it, or an answer was lost.
  if (await hasFolder(http, uid)) return;
  throw new Error(
    `folder "${title}" with uid "${uid}": ${status} ${messageOf(body)}; set GRAFANA_FOLDER_UID to the uid of the folder that has this title (in its address, after /f/), or GRAFANA_FOLDER to another title`,
  );
}

async function hasFolder(http: Http, uid: string): Promise<boolean> {
  const { status } = await http.send('GET', `api/folders/${uid}`, undefined, [NOT_FOUND]);
  return status !== NOT_FOUND;
}

/**
 * The prefix of all our uids. A copy of a dashboard keeps the tag and the folder, but gets another uid from
 * Grafana.
 */
export const UID_PREFIX = 'pmcp-';

/** Returns the uids of the dashboards in our folder that have our tag and prefix. */
export async function ours(http: Http, folder: Settings['folder']): Promise<string[]> {
  const { body } = await http.send('GET', `api/search?type=dash-db&limit=5000&tag=${TAG}`);
  const found = body as { uid: string; folderUid?: string }[];
  return found
    .filter(({ uid, folderUid }) => folderUid === folder.uid && uid.startsWith(UID_PREFIX))
    .map(({ uid }) => uid);
}

interface Resource {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Json;
}

/** Grafana 12 and later: dashboards as resources. */
function resources(http: Http, path: string, { folder }: Settings): Store {
  const metadata = (name: string) => ({ name, annotations: { 'grafana.app/folder': folder.uid } });
  return {
    async read(uid) {
      const { status, body } = await http.send('GET', `${path}/${uid}`, undefined, [NOT_FOUND]);
      if (status === NOT_FOUND) return undefined;
      const { metadata, spec } = body as Resource;
      return {
        spec,
        folderUid: metadata.annotations?.['grafana.app/folder'],
        version: metadata.resourceVersion,
      };
    },
    async write(uid, spec, over) {
      const { status } = over
        ? await http.send(
            'PUT',
            `${path}/${uid}`,
            { metadata: { ...metadata(uid), resourceVersion: over.version }, spec },
            CONFLICTS,
          )
        : await http.send('POST', path, { metadata: metadata(uid), spec }, CONFLICTS);
      return !CONFLICTS.includes(status);
    },
    async remove(uid) {
      await http.send('DELETE', `${path}/${uid}`, undefined, [NOT_FOUND]);
    },
  };
}

interface Legacy {
  readonly dashboard: Json;
  readonly meta: { readonly folderUid?: string };
}

/** Grafana 11 and before. */
function legacy(http: Http, { folder }: Settings): Store {
  return {
    async read(uid) {
      const { status, body } = await http.send('GET', `api/dashboards/uid/${uid}`, undefined, [NOT_FOUND]);
      if (status === NOT_FOUND) return undefined;
      const { dashboard, meta } = body as Legacy;
      return { spec: dashboard, folderUid: meta.folderUid, version: dashboard.version };
    },
    async write(_, spec, over) {
      const dashboard = { ...spec, id: over?.spec.id ?? null, version: over?.version ?? 0 };
      const body = { dashboard, folderUid: folder.uid, overwrite: false };
      const { status } = await http.send('POST', 'api/dashboards/db', body, CONFLICTS);
      return !CONFLICTS.includes(status);
    },
    async remove(uid) {
      await http.send('DELETE', `api/dashboards/uid/${uid}`, undefined, [NOT_FOUND]);
    },
  };
}
