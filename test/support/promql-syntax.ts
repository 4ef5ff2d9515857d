import { parser } from '@prometheus-io/lezer-promql';

/** Grafana puts a duration there before Prometheus reads it. */
function filledIn(query: string): string {
  return query.replace(/\$\{?\w+\}?(?=\])/g, '5m');
}

/** What the parser of Prometheus cannot read in a query. */
export function syntaxErrors(query: string): string[] {
  const errors: string[] = [];
  parser.parse(filledIn(query)).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) errors.push(query.slice(from, to) || `at ${from}`);
    },
  });
  return errors;
}
