import type { Message } from '../protocol/message.js';
import { OTHER } from '../protocol/methods.js';
import { endingOf, type Outcome } from '../protocol/outcome.js';

const ELICITATION = 'elicitation/create';
const SAMPLING = 'sampling/createMessage';
const ROOTS = 'roots/list';

/** What a server asks its client, as labels have it. */
export interface Question {
  readonly method: string;
  /** Of an elicitation: by a form, or at a URL; else empty, as it is where that can't be known. */
  readonly mode: string;
}

/** How a question ended. Users are asked too, and may decline, or close the window. */
export type QuestionOutcome = Outcome | 'declined' | 'dismissed';

/** What a server waits for while it serves a request; a ping is no such thing. */
const AWAITED: ReadonlySet<string> = new Set([ELICITATION, SAMPLING, ROOTS]);

export function isAwaited(method: string): boolean {
  return AWAITED.has(method);
}

/** @param params of the server's request, which may be anything */
export function questionOf(method: string, params: unknown): Question {
  if (method !== ELICITATION) return { method, mode: '' };
  const mode = isObject(params) ? params.mode : undefined;
  // Older protocols know forms only, and say nothing.
  if (mode === undefined || mode === 'form') return { method, mode: 'form' };
  return { method, mode: mode === 'url' ? 'url' : OTHER };
}

/** How a question ended that was answered. */
export function questionOutcomeOf({ method }: Question, answer: Message): QuestionOutcome {
  const { outcome } = endingOf(answer);
  return outcome === 'ok' && method === ELICITATION ? userOutcome(answer.result) : outcome;
}

/**
 * What an entry of `params.inputResponses` answers. The entries carry no method, and the server that asked may be
 * another process, so the shape has to tell: only an elicitation is answered with an action, only sampling with a
 * model's message, only roots with a list of them. A URL has no form to fill in.
 */
export function answeredQuestion(response: unknown): Question {
  if (!isObject(response)) return { method: OTHER, mode: '' };
  if ('action' in response) return { method: ELICITATION, mode: 'content' in response ? 'form' : '' };
  if ('role' in response && 'content' in response) return { method: SAMPLING, mode: '' };
  if ('roots' in response) return { method: ROOTS, mode: '' };
  return { method: OTHER, mode: '' };
}

/** How a question of this method ended, by an entry of `params.inputResponses`. */
export function answeredOutcome({ method }: Question, response: unknown): QuestionOutcome {
  return method === ELICITATION ? userOutcome(response) : 'ok';
}

function userOutcome(result: unknown): QuestionOutcome {
  const action = isObject(result) ? result.action : undefined;
  if (action === 'decline') return 'declined';
  if (action === 'cancel') return 'dismissed';
  return action === 'accept' ? 'ok' : OTHER;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
