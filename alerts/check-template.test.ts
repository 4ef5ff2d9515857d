import { describe, expect, it } from 'vitest';
import { checkTemplate } from './check-template.js';

describe('a template', () => {
  it.each([
    'no template at all }}',
    '{{ $labels.job }}: {{ $value | humanizePercentage }}',
    '{{ with $labels.cluster }}{{ . }}/{{ else }}none{{ end }}',
    '{{- if gt $value 1.5 -}} {{ printf "%.2f }" $value }} {{- end -}}',
    '{{ range query "up{job=\\"pmcp\\"}" }}{{ .Labels.instance }}{{ end }}',
    '{{ /* why */ }}{{ reReplaceAll `a(b)` "$1" ($labels.job | toUpper) }}',
  ])('that parses is accepted: %s', (text) => {
    expect(() => checkTemplate('labels.team', text)).not.toThrow();
  });

  it.each([
    ['{{ $labels.job', 'an action is not closed'],
    ['{{ }}', 'an action is empty'],
    ['{{ "a }}', 'a string is not closed'],
    ['{{ printf ("%s" }}', 'a parenthesis is not closed'],
    ['{{ $value | humanise }}', 'there is no function humanise'],
    ['{{ if $value }}x', 'an end is missing'],
    ['x{{ end }}', 'end ends nothing'],
    ['{{ else }}', 'else ends nothing'],
  ])('that does not parse is rejected: %s', (text, problem) => {
    expect(() => checkTemplate('labels.team', text)).toThrow(
      `Expected \`labels.team\` to be a template that parses (${problem}), got ${JSON.stringify(text)}`,
    );
  });
});
