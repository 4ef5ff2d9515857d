import { CannotRun } from '../../check.js';
import type { Context, Fact } from '../../context.js';
import { type Answer, ask } from '../../net/ask.js';
import { connection } from './connection.js';

/** Requests a path of the API. Posts the object if one is given. */
export async function askApi(context: Context, path: string, post?: object): Promise<Answer> {
  const { base, headers, ca, socketPath } = await context.get(connection);
  return ask(new URL(path, base), {
    headers: { accept: 'application/json', ...headers },
    ca,
    socketPath,
    ...context.limits,
    head: false,
    ...(post && { post }),
  });
}

interface Version {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
}

/** The version of the API, which any user may read. It shows whether the API is reachable at all. */
export const apiVersion: Fact<Version> = async (context) => {
  const { status, body } = await askApi(context, '/version');
  if (status === 401)
    throw new CannotRun(
      'it does not know who asks (401): the token, or what kubectl signs in with, has ended',
    );
  const version = parsed<Version>(body);
  if (status !== 200 || version?.gitVersion === undefined)
    throw new CannotRun(
      `it answers ${status} and tells no version, as an API of Kubernetes does: ${body.slice(0, 200).trim()}`,
    );
  return version;
};

/** Parses the JSON of an answer; returns undefined if it is invalid. */
export function parsed<T>(body: string): T | undefined {
  try {
    return JSON.parse(body) as T;
  } catch {
    return undefined;
  }
}
