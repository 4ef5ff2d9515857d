/** A request that failed. Its message is the one that the server sent, if it sent one. */
export class AskError extends Error {
  override readonly name = 'AskError';
}

interface Answer<T> {
  readonly status?: string;
  readonly data?: T;
  readonly error?: string;
}

/** Asks the viewer's server for JSON. @throws AskError */
export async function askJson<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await reach(path, init);
  const body = await response.text();
  if (!response.ok) throw new AskError(reason(body) ?? `${response.status} ${response.statusText}`);
  return JSON.parse(body) as T;
}

/** Asks the viewer's server for text. @throws AskError */
export async function askText(path: string, init: RequestInit = {}): Promise<string> {
  const response = await reach(path, init);
  const body = await response.text();
  if (!response.ok) throw new AskError(reason(body) ?? `${response.status} ${response.statusText}`);
  return body;
}

/** Asks Prometheus through the viewer's server, and returns the `data` of its answer. @throws AskError */
export async function askPrometheus<T>(
  source: string,
  path: string,
  parameters: Readonly<Record<string, string | readonly string[]>>,
  signal: AbortSignal,
): Promise<T> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const single of typeof value === 'string' ? [value] : value) form.append(name, single);
  }
  const address = `/prometheus/${encodeURIComponent(source)}/${path}`;
  // A form has room for queries that are too long for a URL. Label values and rules do not accept a form.
  const init = TAKES_FORMS.test(path) ? { method: 'POST', body: form, signal } : { signal };
  const url = 'body' in init || form.size === 0 ? address : `${address}?${form}`;
  const { data, error } = await counted(QUERIES.test(path), () => askJson<Answer<T>>(url, init));
  if (data === undefined) throw new AskError(error ?? 'Prometheus gave an answer without data');
  return data;
}

let open = 0;

/** Whether a query is still without an answer. */
export function isAsking(): boolean {
  return open > 0;
}

async function counted<T>(isQuery: boolean, ask: () => Promise<T>): Promise<T> {
  if (!isQuery) return ask();
  open++;
  try {
    return await ask();
  } finally {
    open--;
  }
}

const QUERIES = /^query/;
const TAKES_FORMS = /^(query|query_range|query_exemplars|series|labels)$/;

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new AskError('The viewer itself does not answer. Was it stopped?');
  }
}

function reason(body: string): string | undefined {
  try {
    return (JSON.parse(body) as Answer<never>).error;
  } catch {
    return body.trim().slice(0, 500) || undefined;
  }
}
