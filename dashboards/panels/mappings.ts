import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';

/** What a value means, and how that looks. */
export interface State {
  readonly text: string;
  readonly colour: string;
}

/** Words for values, by the value. */
export function spelled(states: Readonly<Record<string, State>>): ValueMapping[] {
  const options = Object.entries(states).map(([value, { text, colour }], index) => [
    value,
    { text, color: colour, index },
  ]);
  return options.length > 0 ? [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }] : [];
}
