import { filled, opened } from './fill.js';
import { type Dashboard, queriesOf } from './model.js';
import { selectorsOf } from './promql.js';

/** Returns the metrics that a dashboard reads: in panels, annotations and variables. */
export function metricsOf(dashboard: Dashboard): string[] {
  const { annotations, templating } = dashboard;
  const texts = [
    ...queriesOf(dashboard, 'prometheus').map(({ text }) => text),
    ...annotations.list.map(({ expr }) => expr),
    ...templating.list.flatMap(({ query }) => selectorIn(typeof query === 'object' ? query.query : '')),
  ];
  const selectors = texts.flatMap((text) => selectorsOf(filled(text, opened(dashboard))));
  return [...new Set(selectors.flatMap(({ metric, matchers }) => (metric ? [metric] : named(matchers))))];
}

function selectorIn(query: string): string[] {
  const [, selector] = /^label_values\((.+), \w+\)$/.exec(query) ?? [];
  return selector === undefined ? [] : [selector];
}

/** A selector of several metrics lists them; a selector of every metric would match none that exists. */
function named(matchers: readonly string[]): string[] {
  const [names] = matchers.flatMap((matcher) => /^__name__=~"(.+)"$/.exec(matcher)?.[1] ?? []);
  return names?.split('|') ?? [''];
}
