import { CannotRun } from '../check.js';
import type { Context, Fact } from '../context.js';
import { ask } from '../net/ask.js';
import { beside } from '../net/beside.js';
import { poll } from '../net/poll.js';
import { type Call, CLIENT_NAME, call } from './client.js';
import { isStore, tailOf } from './logs.js';
import { authorities, authorization } from './secrets.js';

/** Milliseconds to wait. A file has the line at once, a log store needs longer. */
const PATIENCE_MS = { file: 3_000, store: 12_000 };
const BETWEEN_MS = 300;

/** A new call and its log line, which is undefined if it does not arrive. */
export interface OwnLine {
  readonly call: Call;
  readonly line: string | undefined;
}

/** Makes a call, and waits for a new line. Times are not compared as clocks may differ, and only traced servers log trace ids. */
export const ownLine: Fact<OwnLine> = async (context) => {
  const where = context.settings.logs!;
  const lines = async (traceId = CLIENT_NAME) =>
    isStore(where) ? inLoki(context, new URL(where), traceId) : linesOf(tailOf(where), traceId);
  const known = new Set(await lines());
  const made = await call(context);
  const line = await poll(
    context.signal,
    {
      forMs: (isStore(where) ? PATIENCE_MS.store : PATIENCE_MS.file) * context.limits.patience,
      everyMs: BETWEEN_MS,
    },
    async () => (await lines(made.traceId)).find((one) => !known.has(one) && isOf(one, made)),
    (found) => found !== undefined,
  );
  return { call: made, line };
};

/** Tells whether a line is about the call, even if other text surrounds it. */
function isOf(line: string, { method }: Call): boolean {
  return line.includes('mcp.method') && line.includes(method);
}

function linesOf(text: string, traceId: string): string[] {
  return text.split('\n').filter((line) => line.includes(CLIENT_NAME) || line.includes(traceId));
}

interface Streams {
  readonly result: readonly {
    readonly stream: Readonly<Record<string, string>>;
    readonly values: readonly (readonly [time: string, line: string])[];
  }[];
}

/** Labels that nearly every stream has. A Loki query must name one. */
const LABELS = ['service_name', 'job', 'app', 'container'];

/** Finds the newest lines of the doctor's calls in Loki. */
async function inLoki(context: Context, base: URL, traceId: string): Promise<string[]> {
  const names = await lokiApi<readonly string[]>(context, base, 'labels');
  const label = LABELS.find((name) => names.includes(name)) ?? names[0];
  if (label === undefined) return [];
  const from = `{${label}=~".+"}`;
  // The values are in the line if it was read from stderr, and in its metadata if it came over OTLP.
  const queries = [
    `${from} |~ "${CLIENT_NAME}|${traceId}"`,
    `${from} | client="${CLIENT_NAME}" or trace_id="${traceId}"`,
  ];
  const answers = await Promise.all(
    queries.map((query) => {
      const search = new URLSearchParams({ query, limit: '100', since: '10m' });
      return lokiApi<Streams>(context, base, `query_range?${search}`);
    }),
  );
  return answers.flatMap(({ result }) =>
    result.flatMap(({ stream, values }) =>
      values.map(([time, line]) =>
        stream.mcp_method === undefined ? line : JSON.stringify({ time, ...plainNames(stream), msg: line }),
      ),
    ),
  );
}

/** Restores the name `mcp.method`, because Loki allows no dots in names. */
function plainNames(stream: Readonly<Record<string, string>>): Record<string, string> {
  const { mcp_method, ...rest } = stream;
  return { ...rest, ...(mcp_method !== undefined && { 'mcp.method': mcp_method }) };
}

async function lokiApi<T>(context: Context, base: URL, path: string): Promise<T> {
  const { status, body } = await ask(beside(base, `loki/api/v1/${path}`), {
    headers: authorization(context, 'logs'),
    ca: authorities(context),
    ...context.limits,
  });
  if (status === 401 || status === 403) throw new CannotRun(`Loki answers ${status}: --token-file logs=FILE`);
  try {
    const { data } = JSON.parse(body) as { readonly data?: T };
    if (data !== undefined) return data;
  } catch {
    // The error is thrown below.
  }
  throw new CannotRun(`expected an answer of Loki from ${base.origin}, got ${status} ${body.slice(0, 100)}`);
}
