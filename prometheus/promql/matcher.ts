import { unexpected } from '../expected.js';

type Operator = '=' | '!=' | '=~' | '!~';

/** A condition on the value of a label; made by `not`, `matches`, `notMatches`, `both` and `upTo`. */
export interface Matcher {
  readonly operator: Operator;
  readonly operand: string;
  /** What must hold beside it. */
  readonly and?: Matcher;
}

/** What the value of a label must be: this value, one of these values, or what a matcher says. */
export type Condition = string | readonly string[] | Matcher;

/** Conditions by label; a series must meet all of them. */
export type Where<Label extends string> = { readonly [L in Label]?: Condition };

/** The label has another value, or none of these: `!=`, `!~`. */
export function not(value: string | readonly string[]): Matcher {
  const { operator, operand } = oneOf(value);
  return { operator: operator === '=' ? '!=' : '!~', operand };
}

/**
 * The whole value of the label matches a regular expression: `=~`. For Grafana variables with several values too:
 * `{ job: matches('$job') }`.
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

/** A condition as a matcher. A list becomes an alternation in which every value stands for itself. */
export function oneOf(value: string | readonly string[]): Matcher {
  const values = typeof value === 'string' ? [value] : value;
  const [first] = values;
  if (first === undefined) throw unexpected('where', 'at least one value for each label', value);
  if (values.length === 1) return { operator: '=', operand: first };
  return { operator: '=~', operand: values.map(escapeRegex).join('|') };
}

/** Matchers as they stand in a selector, braces included; empty when there are none. */
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

/** A string literal of PromQL. What is no Unicode text is replaced, as it is where labels are made. */
export function quote(value: string): string {
  return JSON.stringify(value.replace(/\p{Surrogate}/gu, '\ufffd'));
}

function isMatcher(condition: Condition): condition is Matcher {
  return typeof condition === 'object' && 'operator' in condition;
}

function escapeRegex(value: string): string {
  return value.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
