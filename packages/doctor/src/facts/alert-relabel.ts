import { fits, type Labels, wholly } from './alert-matchers.js';

/** One step by which Prometheus changes the labels of alerts before it sends them. */
export interface Relabelling {
  readonly source_labels?: readonly string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
  readonly action?: string;
}

/** The actions that `relabelled` can apply. */
const KNOWN = /^(?:replace|keep|drop|labeldrop|labelkeep)$/;

export function isUnderstood({ action = 'replace', regex = '' }: Relabelling): boolean {
  return KNOWN.test(action) && wholly(regex) !== undefined;
}

/** Returns an alert's labels after all steps, or undefined if a step drops the alert. */
export function relabelled(labels: Labels, steps: readonly Relabelling[]): Labels | undefined {
  let now: Labels | undefined = labels;
  for (const step of steps) now &&= after(now, step);
  return now;
}

function after(labels: Labels, step: Relabelling): Labels | undefined {
  const { source_labels = [], separator = ';', regex = '(.*)', action = 'replace' } = step;
  const source = source_labels.map((name) => labels[name] ?? '').join(separator);
  const isFound = fits(regex, source) === true;
  if (action === 'keep') return isFound ? labels : undefined;
  if (action === 'drop') return isFound ? undefined : labels;
  if (action === 'labeldrop') return only(labels, (name) => !fits(regex, name));
  if (action === 'labelkeep') return only(labels, (name) => fits(regex, name) === true);
  return isFound ? replaced(labels, step, source.replace(wholly(regex)!, text(step))) : labels;
}

function only(labels: Labels, isKept: (name: string) => boolean): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => isKept(name)));
}

/** Returns the replacement in the syntax of JavaScript: `$1` for Go's `${1}`. */
function text({ replacement = '$1' }: Relabelling): string {
  return replacement.replaceAll(/\$\{(\d+)\}/g, '$$$1');
}

function replaced(labels: Labels, { target_label: name = '' }: Relabelling, value: string): Labels {
  const others = only(labels, (other) => other !== name);
  return value === '' ? others : { ...others, [name]: value };
}
