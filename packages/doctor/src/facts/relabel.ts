import type { Labels } from './alert-matchers.js';
import { wholly } from './go-pattern.js';

/** A rule of `relabel_configs`, as Prometheus writes it; what it leaves out has the default. */
export interface RelabelRule {
  readonly action?: string;
  readonly source_labels?: readonly string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
}

/** The rule can't be applied here: it is of a kind, or has an expression, that is not known. */
export class UnknownRule extends Error {}

/** The labels after a rule; undefined where it drops what has them. */
export function relabeled(rule: RelabelRule, labels: Labels): Labels | undefined {
  const { action = 'replace', source_labels = [], separator = ';', target_label = '' } = rule;
  const value = source_labels.map((name) => labels[name] ?? '').join(separator);
  const regex = patternOf(rule);
  switch (action.toLowerCase()) {
    case 'keep':
      return regex.test(value) ? labels : undefined;
    case 'drop':
      return regex.test(value) ? undefined : labels;
    case 'keepequal':
      return value === (labels[target_label] ?? '') ? labels : undefined;
    case 'dropequal':
      return value === (labels[target_label] ?? '') ? undefined : labels;
    case 'labeldrop':
      return only(labels, (name) => !regex.test(name));
    case 'labelkeep':
      return only(labels, (name) => regex.test(name));
    case 'lowercase':
      return withLabel(labels, target_label, value.toLowerCase());
    case 'uppercase':
      return withLabel(labels, target_label, value.toUpperCase());
    case 'replace':
      return replaced(labels, value, regex, rule);
    default:
      throw new UnknownRule(`the action ${action} of a relabel rule`);
  }
}

function patternOf({ regex = '(.*)' }: RelabelRule): RegExp {
  const pattern = wholly(regex);
  if (pattern === undefined) throw new UnknownRule(`the expression ${regex} of a relabel rule`);
  return pattern;
}

function replaced(
  labels: Labels,
  value: string,
  regex: RegExp,
  { target_label = '', replacement = '$1' }: RelabelRule,
): Labels {
  const found = regex.exec(value);
  if (found === null) return labels;
  const expand = (text: string) =>
    text.replaceAll(/\$(?:\$|\{(\w+)\}|(\w+))/g, (all, braced?: string, bare?: string) => {
      const name = braced ?? bare;
      if (name === undefined) return all.slice(1);
      return (/^\d+$/.test(name) ? found[Number(name)] : found.groups?.[name]) ?? '';
    });
  return withLabel(labels, expand(target_label), expand(replacement));
}

/** A label without a value is none. */
function withLabel(labels: Labels, name: string, value: string): Labels {
  return only({ ...labels, [name]: value }, (one) => one !== name || value !== '');
}

function only(labels: Labels, isKept: (name: string) => boolean): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => isKept(name)));
}
