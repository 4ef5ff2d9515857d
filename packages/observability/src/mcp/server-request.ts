import type { Message } from '../protocol/message.js';
import { OTHER } from '../protocol/methods.js';
import { endingOf, type Outcome } from '../protocol/outcome.js';

const ELICITATION = 'elicitation/create';
const SAMPLING = 'sampling/createMessage';
const ROOTS = 'roots/list';

/** A question of a server to its client, as labels show it. */
export interface Question {
  readonly method: string;
  /** How an elicitation asks: by a form or at a URL. Empty for other questions, or if it is unknown. */
  readonly mode: string;
}

/** How a question ended. A user may also decline it or close the window. */
export type QuestionOutcome = Outcome | 'declined' | 'dismissed';

/** The methods whose answers a server waits for while it serves a request. A ping is not one of them. */
const AWAITED: ReadonlySet<string> = new Set([ELICITATION, SAMPLING, ROOTS]);

export function isAwaited(method: string): boolean {
  return AWAITED.has(method);
}

/** @param params the params of the server's request; any value */
export function questionOf(method: string, params: unknown): Question {
  if (method !== ELICITATION) return { method, mode: '' };
  const mode = isObject(params) ? params.mode : undefined;
  // Older protocols have only forms, and do not name the mode.
  if (mode === undefined || mode === 'form') return { method, mode: 'form' };
  return { method, mode: mode === 'url' ? 'url' : OTHER };
}

/** How an answered question ended. */
export function questionOutcomeOf({ method }: Question, answer: Message): QuestionOutcome {
  const { outcome } = endingOf(answer);
  return outcome === 'ok' && method === ELICITATION ? userOutcome(answer.result) : outcome;
}

/**
 * Which question an entry of `params.inputResponses` answers. The entries name no method, and another process may have asked,
 * so their shape decides: only elicitations are answered with an action, only sampling with a message of a model, and only
 * roots with a list of roots. An elicitation at a URL has no form content.
 */
export function answeredQuestion(response: unknown): Question {
  if (!isObject(response)) return { method: OTHER, mode: '' };
  if ('action' in response) return { method: ELICITATION, mode: 'content' in response ? 'form' : '' };
  if ('role' in response && 'content' in response) return { method: SAMPLING, mode: '' };
  if ('roots' in response) return { method: ROOTS, mode: '' };
  return { method: OTHER, mode: '' };
}

/** How a question of this method ended, according to an entry of `params.inputResponses`. */
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
