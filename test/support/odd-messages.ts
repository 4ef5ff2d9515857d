const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
const meta = (_meta: unknown) => ({ ...ping, params: { _meta } });
const long = 'x'.repeat(5_000);
/** The toolkit only reads both ends of a long message that names what it calls. */
const call = { ...ping, method: 'tools/call' };
const RELATED_TASK = 'io.modelcontextprotocol/related-task';

/** Pings that some servers answer, and others ignore silently. */
export const ODD_MESSAGES: Readonly<Record<string, unknown>> = {
  'a request': ping,
  'an id that is a text': { ...ping, id: 'a' },
  'a negative id': { ...ping, id: -1 },
  'empty params': { ...ping, params: {} },
  'an empty _meta': meta({}),
  'a progress token': meta({ progressToken: 1 }),
  'a related task': meta({ [RELATED_TASK]: { taskId: 'a' } }),
  'a task that is a number': { ...ping, params: { task: 7 } },
  'no jsonrpc': { id: 1, method: 'ping' },
  'another jsonrpc': { ...ping, jsonrpc: '1.0' },
  'a fractional id': { ...ping, id: 1.5 },
  'an id that is no safe integer': { ...ping, id: 1e300 },
  'an id that is an object': { ...ping, id: {} },
  'an id that is null': { ...ping, id: null },
  'an id that is true': { ...ping, id: true },
  'params that are a list': { ...ping, params: [] },
  'params that are a text': { ...ping, params: 'a' },
  'params that are null': { ...ping, params: null },
  'a _meta that is a number': meta(7),
  'a _meta that is a list': meta([]),
  'a _meta that is null': meta(null),
  'a progress token that is an object': meta({ progressToken: {} }),
  'a fractional progress token': meta({ progressToken: 1.5 }),
  'a progress token that is null': meta({ progressToken: null }),
  'a related task that is a number': meta({ [RELATED_TASK]: 7 }),
  'a related task without an id': meta({ [RELATED_TASK]: {} }),
  'another member': { ...ping, extra: 1 },
  'another member before a long one': { ...call, extra: 1, params: { name: 'echo', long } },
  'another member after a long one': { ...call, params: { name: 'echo', long }, extra: 'a' },
  'a list as another member of a long one': { extra: [], ...call, params: { name: 'echo', long } },
  'a result beside the method': { ...ping, result: {} },
};
