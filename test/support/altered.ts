import type { IncomingHttpHeaders } from 'node:http';
import { serve } from './notes-server.js';

interface Answer {
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** What comes instead of an answer; undefined leaves it as it is. */
export type Alter = (path: string, answer: Answer) => Partial<Answer> | undefined;

/** In front of a real server: passes everything on, and alters what is said in answer. */
export async function altered(base: string | URL, alter: Alter) {
  return serve(async ({ url = '', headers: { authorization } }, response) => {
    const real = await fetch(new URL(url, base), authorization ? { headers: { authorization } } : {});
    const answer = { body: await real.text(), headers: Object.fromEntries(real.headers) };
    const { body, headers } = { ...answer, ...alter(decodeURIComponent(url), answer) };
    const { 'content-type': type, date } = headers;
    response.writeHead(real.status, { ...(type && { 'content-type': type }), ...(date && { date }) });
    response.end(body);
  });
}

/** Alters a text in the answers of one path. */
export function replacing(path: string, text: string | RegExp, instead: string): Alter {
  return (asked, { body }) => {
    if (!asked.includes(path)) return undefined;
    const changed = body.replace(text, instead);
    if (changed === body) throw new Error(`expected the answer of ${asked} to have ${text}, got ${body}`);
    return { body: changed };
  };
}

/** Answers a query of Prometheus with other samples. */
export function answering(
  query: string,
  samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[],
): Alter {
  const result = samples.map(([metric, value]) => ({ metric, value: [0, String(value)] }));
  return (asked) =>
    asked.includes(`query=${query}`)
      ? { body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }) }
      : undefined;
}
