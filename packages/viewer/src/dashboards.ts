import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Listed {
  readonly uid: string;
  readonly title: string;
}

interface Dashboard extends Listed {
  readonly links?: readonly { readonly url?: string }[];
}

const FIRST = 'pmcp-overview';

/** Lists the dashboards of a folder: first the overview, then the others in the order of its links. */
export async function listDashboards(folder: string): Promise<readonly Listed[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const all = await Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Dashboard),
  );
  const linked = all
    .find(({ uid }) => uid === FIRST)
    ?.links?.map(({ url = '' }) => url.replace(/^\/d\/|\?.*$/g, ''));
  const order = [FIRST, ...(linked ?? [])];
  const place = ({ uid }: Listed) => (order.includes(uid) ? order.indexOf(uid) : order.length);
  return all.sort((a, b) => place(a) - place(b)).map(({ uid, title }) => ({ uid, title }));
}
