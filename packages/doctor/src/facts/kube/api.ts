import { CannotRun } from '../../check.js';
import type { Context, Fact } from '../../context.js';
import { type Answer, ask } from '../../net/ask.js';
import { connection } from './connection.js';

/** Asks the API for a path; with an object to post where it wants one. */
export async function askApi(context: Context, path: string, post?: object): Promise<Answer> {
  const { base, headers, ca, socketPath } = await context.get(connection);
  return ask(new URL(path, base), {
    headers: { accept: 'application/json', ...headers },
    ca,
    socketPath,
    signal: context.signal,
    head: false,
    ...(post && { post }),
  });
}

interface Version {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
}

/** What any user may ask for: whether there is an API at all. */
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

/** The JSON of an answer; undefined where it is none. */
export function parsed<T>(body: string): T | undefined {
  try {
    return JSON.parse(body) as T;
  } catch {
    return undefined;
  }
}
