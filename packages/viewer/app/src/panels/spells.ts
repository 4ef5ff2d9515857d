import { type DataFrame, type DisplayValue, FieldType, getFieldDisplayName } from '@grafana/data';

/** A time during which something was in one state. */
export interface Spell {
  readonly from: number;
  readonly to: number;
  readonly state: DisplayValue;
}

export interface Timeline {
  readonly name: string;
  readonly spells: readonly Spell[];
}

/** Makes a timeline for each series. Successive values with the same state become one spell. */
export function toTimelines(frames: readonly DataFrame[], stepMs: number): Timeline[] {
  return frames.flatMap((frame) => {
    const time = frame.fields.find(({ type }) => type === FieldType.time);
    if (!time) return [];
    return frame.fields
      .filter((field) => field !== time)
      .map((field): Timeline => {
        const spells: Spell[] = [];
        for (let i = 0; i < frame.length; i++) {
          const value: unknown = field.values[i];
          if (value === null || value === undefined) continue;
          const from: number = time.values[i];
          const state = field.display?.(value) ?? { text: String(value), numeric: Number(value) };
          const last = spells.at(-1);
          const goes = last && last.state.text === state.text && last.state.color === state.color;
          if (goes && last.to >= from) spells[spells.length - 1] = { ...last, to: from + stepMs };
          else spells.push({ from, to: from + stepMs, state });
        }
        return { name: getFieldDisplayName(field, frame, [...frames]), spells };
      });
  });
}
