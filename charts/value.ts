/** A part of a JSON schema. */
export type Schema = Readonly<Record<string, unknown>>;

/** A value that a user of the chart can set. */
export interface Value {
  readonly help: string;
  readonly initial: unknown;
  readonly schema: Schema;
}

/** Values that belong together, such as those of one object. */
export interface Section {
  readonly help: string;
  readonly values: Values;
}

export type Values = Readonly<Record<string, Value | Section>>;

export const isSection = (entry: Value | Section): entry is Section => 'values' in entry;

export const value = (initial: unknown, schema: Schema, help: string): Value => ({ help, initial, schema });

export const section = (help: string, values: Values): Section => ({ help, values });

export const text = (initial: string, help: string, schema: Schema = {}): Value =>
  value(initial, { type: 'string', ...schema }, help);

export const toggle = (initial: boolean, help: string): Value => value(initial, { type: 'boolean' }, help);

export const count = (initial: number, minimum: number, help: string): Value =>
  value(initial, { type: 'integer', minimum }, help);

export const port = (initial: number, help: string): Value =>
  value(initial, { type: 'integer', minimum: 1, maximum: 65_535 }, help);

/** Labels or annotations: Kubernetes takes only text as their values. */
export const texts = (initial: Readonly<Record<string, string>>, help: string): Value =>
  value(initial, { type: 'object', additionalProperties: { type: 'string' } }, help);

/** Objects of Kubernetes, handed on as they are. The API server knows their fields better. */
export const objects = (help: string, schema: Schema = {}): Value =>
  value([], { type: 'array', items: { type: 'object', ...schema } }, help);
