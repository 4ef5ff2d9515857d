/** How an annotation shows the value of an alert, in the template language of Prometheus. */
export const value = {
  percent: '{{ $value | humanizePercentage }}',
  number: '{{ $value | humanize }}',
  duration: '{{ $value | humanizeDuration }}',
} as const;

/** A label in an annotation. */
export function label(name: string): string {
  return `{{ $labels.${name} }}`;
}

/**
 * Returns the labels that distinguish servers, as a path. A label that a series does not have leaves no gap.
 */
export function path(labels: readonly string[]): string {
  const last = labels.at(-1);
  const outer = labels.slice(0, -1).map((name) => `{{ with $labels.${name} }}{{ . }}/{{ end }}`);
  return last === undefined ? 'all servers' : `${outer.join('')}${label(last)}`;
}
