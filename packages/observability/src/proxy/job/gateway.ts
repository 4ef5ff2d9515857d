/** A slow gateway must not keep a job's container running. */
export const TIMEOUT_MS = 10_000;

/** The gateway answered with an error status. */
export class Refusal extends Error {}

/** Sends a request to a path of a Pushgateway. */
export type Ask = (path: string, init: RequestInit) => Promise<Response>;

/**
 * Replaces the metrics of a group on a Pushgateway.
 *
 * @param job the value of its label `job`
 * @param instance the value of its label `instance`, which tells groups of one job apart
 */
export async function pushText(gateway: URL, job: string, instance: string, body: string): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  await asking(gateway)(`/metrics/job/${job}/instance${encoded(instance)}`, { method: 'PUT', body, signal });
}

/** Base64, because a value may contain a slash, which would end it. */
export function encoded(value: string): string {
  return `@base64/${Buffer.from(value).toString('base64url')}`;
}

/**
 * Returns a function that sends requests to a gateway. It moves the name and password from the URL to a
 * header, as fetch requires. So error messages do not contain them.
 */
export function asking(gateway: URL): Ask {
  const { origin, pathname, search, username, password } = gateway;
  const base = origin + pathname.replace(/\/$/, '');
  const credentials = `${decoded(username)}:${decoded(password)}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const headers: Record<string, string> = username || password ? { authorization } : {};
  return async (path, init) => {
    const response = await fetch(base + path + search, { ...init, headers });
    if (response.ok) return response;
    const said = (await response.text()).slice(0, 200);
    throw new Refusal(`${init.method ?? 'GET'} ${base}${path} gave ${response.status}: ${said}`);
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
