import { OTHER } from './methods.js';

/**
 * The method that an entry of `params.inputResponses` answers. The entries carry no method, and the
 * server that asked may be another process, so the shape has to tell: only an elicitation is answered
 * with an action, only sampling with a model's message, only roots with a list of them.
 */
export function inputResponseMethod(response: unknown): string {
  if (typeof response !== 'object' || response === null) return OTHER;
  if ('action' in response) return 'elicitation/create';
  if ('role' in response && 'content' in response) return 'sampling/createMessage';
  if ('roots' in response) return 'roots/list';
  return OTHER;
}
