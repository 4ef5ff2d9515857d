import { unexpected } from '../expected.js';

type Operator = '=' | '!=' | '=~' | '!~';

/** A condition on the value of a label; made by `not`, `matches`, `notMatches`, `both` and `upTo`. */
export interface Matcher {
  readonly operator: Operator;
  readonly operand: string;
  /** A further condition that the value must meet. */
  readonly and?: Matcher;
}

/** What the value of a label must be: this value, one of these values, or one that a matcher accepts. */
export type Condition = string | readonly string[] | Matcher;

/** Conditions by label; a series must meet all of them. */
export type Where<Label extends string> = { readonly [L in Label]?: Condition };

/** The label does not have this value, or any of these: `!=`, `!~`. */
export function not(value: string | readonly string[]): Matcher {
  const { operator, operand } = oneOf(value);
  return { operator: operator === '=' ? '!=' : '!~', operand };
}

/**
 * The whole value of the label matches a regular expression: `=~`. Also for Grafana variables with several
 * values: `{ job: matches('$job') }`.
 */
export function matches(pattern: string): Matcher {
  return { operator: '=~', operand: pattern };
}

/** The value of the label does not match a regular expression: `!~`. */
export function notMatches(pattern: string): Matcher {
  return { operator: '!~', operand: pattern };
}

/** The value of the label meets both conditions. */
export function both(first: Condition, second: Matcher): Matcher {
  const { and, ...matcher } = asMatcher(first);
  return { ...matcher, and: and ? both(and, second) : second };
}

/** Returns the matcher for one value or several. A list becomes an alternation of escaped values. */
export function oneOf(value: string | readonly string[]): Matcher {
  const values = typeof value === 'string' ? [value] : value;
  const [first] = values;
  if (first === undefined) throw unexpected('where', 'at least one value for each label', value);
  if (values.length === 1) return { operator: '=', operand: first };
  return { operator: '=~', operand: values.map(escapeRegex).join('|') };
}

/** Returns the matchers of a selector with their braces, or an empty text if there are none. */
export function matchersText(where: Where<string> = {}): string {
  const texts = Object.entries(where).flatMap(([label, condition]) => {
    return condition === undefined ? [] : textsOf(label, asMatcher(condition));
  });
  return texts.length > 0 ? `{${texts.join(', ')}}` : '';
}

function textsOf(label: string, { operator, operand, and }: Matcher): string[] {
  return [`${label}${operator}${quote(operand)}`, ...(and ? textsOf(label, and) : [])];
}

function asMatcher(condition: Condition): Matcher {
  return isMatcher(condition) ? condition : oneOf(condition);
}

/** Returns a string literal of PromQL. Lone surrogates are replaced, as in the values of labels. */
export function quote(value: string): string {
  return JSON.stringify(value.replace(/\p{Surrogate}/gu, '\ufffd'));
}

function isMatcher(condition: Condition): condition is Matcher {
  return typeof condition === 'object' && 'operator' in condition;
}

function escapeRegex(value: string): string {
  return value.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
