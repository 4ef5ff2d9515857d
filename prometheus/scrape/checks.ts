import { RE2JS } from 're2js';
import { unexpected } from '../expected.js';
import { isDuration } from '../promql.js';

/** @throws TypeError unless it is a positive duration or undefined */
export function checkDuration(option: string, value: string | undefined): void {
  if (value === undefined || (isDuration(value) && milliseconds(value) > 0)) return;
  throw unexpected(option, 'a positive duration such as 30s', value);
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1e3,
  m: 6e4,
  h: 3.6e6,
  d: 8.64e7,
  w: 6.048e8,
  y: 3.1536e10,
};

/** Converts a duration to milliseconds. */
export function milliseconds(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)(ms|[smhdwy])/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
}

/** @throws TypeError unless it is undefined or a whole number between two bounds, both allowed */
export function checkInteger(option: string, value: number | undefined, min: number, max: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return;
  throw unexpected(option, `an integer from ${min} to ${max}`, value);
}

/** @throws TypeError unless it is a text of this form */
export function checkForm(option: string, value: string | undefined, { form, is }: Form): void {
  if (typeof value !== 'string' || !form.test(value)) throw unexpected(option, is, value);
}

/** @throws TypeError unless it is undefined or a text of this form */
export function checkAnyForm(option: string, value: string | undefined, form: Form): void {
  if (value !== undefined) checkForm(option, value, form);
}

interface Form {
  readonly form: RegExp;
  readonly is: string;
}

/** The forms that texts must have. */
export const FORMS = {
  job: { form: /^[\w./-]+$/, is: 'a name of letters, digits and _ . / -' },
  label: { form: /^(?!__)[a-zA-Z_]\w*$/, is: 'the name of a label' },
  filled: { form: /^[^\n]+$/, is: 'a text in one line' },
  address: { form: /^([\w.-]+|\[[\da-fA-F:.]+\]):\d{1,5}$/, is: 'an address such as redis:9121' },
  url: { form: /^https?:\/\/[^\s/@]+(\/\S*)?$/, is: 'an http or https URL without a password' },
  dockerHost: {
    form: /^(unix:\/\/\/|tcp:\/\/|https?:\/\/)\S+$/,
    is: 'a URL such as unix:///var/run/docker.sock',
  },
  namespace: { form: /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/, is: 'the name of a Kubernetes namespace' },
  targetFile: { form: /^[^*]*(\*[^*/]*)?\.(json|ya?ml)$/, is: 'a path to .json, .yml or .yaml files' },
  ruleFile: { form: /^[^*]*(\*[^*/]*)?\.(rules|ya?ml)$/, is: 'a path to .yml, .yaml or .rules files' },
  header: { form: /^[A-Za-z\d-]+$/, is: 'the name of an HTTP header' },
} as const;

/** @throws TypeError unless it is a non-empty list of texts of this form */
export function checkEach(option: string, values: readonly string[] | undefined, form: Form): void {
  if (!Array.isArray(values) || values.length === 0) {
    throw unexpected(option, 'a list that is not empty', values);
  }
  for (const [index, value] of values.entries()) checkForm(`${option}[${index}]`, value, form);
}

/** @throws TypeError unless it is undefined or a non-empty list of texts of this form */
export function checkAnyEach(option: string, values: readonly string[] | undefined, form: Form): void {
  if (values !== undefined) checkEach(option, values, form);
}

/** @throws TypeError unless all are names of labels with a value; undefined is allowed */
export function checkLabels(option: string, labels: Readonly<Record<string, string>> = {}): void {
  for (const [name, value] of Object.entries(labels)) {
    checkForm(`${option}.${name}`, name, FORMS.label);
    checkForm(`${option}.${name}`, value, FORMS.filled);
  }
}

/** @throws TypeError unless Prometheus, which uses RE2, can compile it; undefined is allowed */
export function checkPattern(option: string, pattern: string | undefined): void {
  if (pattern === undefined) return;
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    throw unexpected(option, `a regular expression of RE2 (${(error as Error).message})`, pattern);
  }
}
