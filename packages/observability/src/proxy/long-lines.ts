import { isId } from '../mcp/validity.js';
import type { Message, RequestId } from '../protocol/message.js';
import { takesName } from '../protocol/methods.js';
import type { Line } from './lines.js';
import { contradicts, type Skimmed, skimHead, skimTail } from './skim.js';

/** Notifications of the server whose content is needed, and not only their method. */
const READ_IN_FULL: ReadonlySet<string> = new Set([
  'notifications/cancelled',
  'notifications/tasks',
  'notifications/tasks/status',
  'notifications/subscriptions/acknowledged',
]);

const IS_ERROR = Buffer.from('"isError"');
/** Most lines contain no capital E, so a search for that one byte decides. It is ten times as fast. */
const IS_ERROR_END = Buffer.from('Error"');
const META = Buffer.from('"_meta"');
const INPUT_RESPONSES = Buffer.from('"inputResponses"');
/** In the answer to an elicitation. */
const ACTION = Buffer.from('"action"');
/** In a request that asks to become a task. */
const TASK = Buffer.from('"task"');
/** A request that contains one of these is read in full if all of it was kept. */
const OF_REQUESTS = [META, INPUT_RESPONSES, TASK];
/** Words in results that are not final yet. The end of each word is rarer, so it is looked for first. */
const UNFINISHED = [
  [Buffer.from('_required"'), Buffer.from('"input_required"')],
  [Buffer.from('Id"'), Buffer.from('"taskId"')],
] as const;

const VERSION = '2.0';

/** Reads a long line from the client by its ends. Returns undefined if that is not enough. */
export function fromClient(line: Line): Message | undefined {
  const facts = skimHead(line.head);
  const ends: Skimmed = {};
  skimTail(line.tail, ends);
  if (contradicts(facts, ends)) return undefined;
  const { jsonrpc, id, method, name, body } = { ...ends, ...facts };
  if (jsonrpc !== VERSION || !isId(id)) return undefined;
  if (method === undefined) return body === 'result' && !saysMore(line) ? { id, result: {} } : undefined;
  if (typeof method !== 'string' || !takesName(method) || typeof name !== 'string') return undefined;
  const isOdd = facts.hasOther || ends.hasOther || OF_REQUESTS.some((member) => line.includes(member));
  if (line.isWhole && isOdd) return undefined;
  return { id, method, params: { name } };
}

/**
 * Reads a long line from the server by its ends. Returns undefined if that is not enough.
 *
 * @param needed the requests whose answers are read in full
 * @param maxParsed longer lines are read by their ends even if details stay unknown, unless their content
 * is needed
 */
export function fromServer(
  line: Line,
  needed: ReadonlySet<RequestId>,
  maxParsed = Number.POSITIVE_INFINITY,
): Message | undefined {
  const mayBeParsed = line.isWhole && line.bytes <= maxParsed;
  const facts = skimHead(line.head);
  if (facts.jsonrpc === undefined || facts.id === undefined) skimTail(line.tail, facts);
  const { jsonrpc, id, method, body } = facts;
  if (jsonrpc !== VERSION) return undefined;
  if (typeof method === 'string') return toClient(id, method);
  if (body !== 'result' || !isId(id) || needed.has(id)) return undefined;
  if (mayBeParsed && isUnfinished(line)) return undefined;
  if (!line.includes(IS_ERROR_END)) return { id, result: {} };
  if (facts.isError === undefined) skimTail(line.tail, facts);
  if (facts.isError === undefined && mayBeParsed && line.includes(IS_ERROR)) return undefined;
  return { id, result: { isError: facts.isError } };
}

function toClient(id: unknown, method: string): Message | undefined {
  if (isId(id)) return { id, method };
  return id === undefined && !READ_IN_FULL.has(method) ? { method } : undefined;
}

function isUnfinished(line: Line): boolean {
  return UNFINISHED.some(([rare, word]) => line.includes(rare) && line.includes(word));
}

/** Whether an answer of the client contains what its user decided. */
function saysMore(line: Line): boolean {
  return line.isWhole && line.includes(ACTION);
}
