import { MappingType, SpecialValueMatch, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { ABSENT } from '../colours.js';

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

/** Words for what is not there, which limits would colour as the worst. */
export function absent(text: string): ValueMapping {
  return {
    type: MappingType.SpecialValue,
    options: { match: SpecialValueMatch.Null, result: { text, color: ABSENT } },
  };
}
