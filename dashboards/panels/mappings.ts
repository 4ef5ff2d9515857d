import { MappingType, SpecialValueMatch, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { ABSENT } from '../colours.js';

/** The meaning of a value, and its colour. */
export interface State {
  readonly text: string;
  readonly colour: string;
}

/** Returns words for values, by value. */
export function spelled(states: Readonly<Record<string, State>>): ValueMapping[] {
  const options = Object.entries(states).map(([value, { text, colour }], index) => [
    value,
    { text, color: colour, index },
  ]);
  return options.length > 0 ? [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }] : [];
}

/** Returns the text for missing values, which steps would otherwise colour as the worst. */
export function absent(text: string): ValueMapping {
  return {
    type: MappingType.SpecialValue,
    options: { match: SpecialValueMatch.Null, result: { text, color: ABSENT } },
  };
}
