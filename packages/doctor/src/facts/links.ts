import type { Fact } from '../context.js';
import { ourRules } from './prometheus.js';

/** A page that alerts link to. */
export interface RuleLink {
  readonly url: URL;
  /** The names of the alerts that link to it. */
  readonly rules: readonly string[];
}

const ANNOTATIONS = ['runbook_url', 'dashboard_url'];

/** Each linked page once, without query and fragment, since variables of a dashboard do not decide whether it exists. */
export const linksOfRules: Fact<readonly RuleLink[]> = async (context) => {
  const pages = new Map<string, Set<string>>();
  for (const { name, annotations = {} } of await context.get(ourRules))
    for (const annotation of ANNOTATIONS) {
      const [page = ''] = (annotations[annotation] ?? '').split(/[?#]/);
      if (!URL.canParse(page) || !/^https?:/.test(page) || page.includes('{{')) continue;
      pages.set(page, (pages.get(page) ?? new Set()).add(name));
    }
  return [...pages].map(([page, rules]) => ({ url: new URL(page), rules: [...rules] }));
};
