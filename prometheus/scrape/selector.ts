import { unexpected } from '../expected.js';

/** A condition on the labels of an object, in the form of the Kubernetes API. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

const KEY = '(?:[a-z0-9.-]+/)?[A-Za-z0-9][\\w.-]*';
const VALUE = '[\\w.-]*';
const EQUALITY = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*(${VALUE})$`);
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(\\s*(${VALUE}(?:\\s*,\\s*${VALUE})*)\\s*\\)$`);
const EXISTENCE = new RegExp(`^(!?)\\s*(${KEY})$`);

/**
 * Parses a label selector in the syntax of `kubectl get -l`.
 * @throws TypeError that names the option
 */
export function parseSelector(option: string, selector: string): Requirement[] {
  const terms = typeof selector === 'string' ? selector.split(/,(?![^(]*\))/) : [''];
  return terms.map((term) => {
    const requirement = parseTerm(term.trim());
    if (!requirement) throw unexpected(option, 'a label selector such as app=notes,tier!=test', selector);
    return requirement;
  });
}

function parseTerm(term: string): Requirement | undefined {
  const [, key, operator, operand = ''] = EQUALITY.exec(term) ?? SET.exec(term) ?? [];
  if (key !== undefined) {
    const negative = operator === '!=' || operator === 'notin';
    return { key, operator: negative ? 'NotIn' : 'In', values: operand.split(/\s*,\s*/) };
  }
  const [, not, label] = EXISTENCE.exec(term) ?? [];
  return label === undefined ? undefined : { key: label, operator: not ? 'DoesNotExist' : 'Exists' };
}
