import { Document, isMap, isScalar, type Scalar, visit, type YAMLMap } from 'yaml';
import { isSection, type Schema, type Section, type Value, type Values } from './value.js';

/** Returns the values that hold where the user sets none. */
export function initialValues(values: Values): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, entry]) => [
      name,
      isSection(entry) ? initialValues(entry.values) : entry.initial,
    ]),
  );
}

/** Returns `values.yaml`, with what each value means above it. */
export function valuesFile(values: Values): string {
  const document = new Document(initialValues(values), { aliasDuplicateObjects: false });
  explain(document.contents as YAMLMap, values);
  visit(document, {
    Collection(_, node) {
      node.flow = node.items.length === 0;
    },
  });
  document.commentBefore = ' Generated from charts/values by `npm run generate`.';
  return document.toString({ lineWidth: 0 });
}

function explain(map: YAMLMap, values: Values): void {
  for (const { key, value } of map.items) {
    const entry = values[String((key as Scalar).value)];
    if (entry === undefined || !isScalar(key)) continue;
    key.commentBefore = ` ${entry.help}`;
    if (isSection(entry)) {
      key.spaceBefore = true;
      if (isMap(value)) explain(value, entry.values);
    }
  }
}

/**
 * Returns the schema of the values. It knows all names, and lists them if it gets another one: who mistyped a name
 * finds the right one in the message.
 */
export function valuesSchema(values: Values): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Values of the chart pmcp-server',
    ...schemaOf({ ...values, global: GLOBAL }),
  };
}

/** Helm gives these to every chart that is a part of another one. */
const GLOBAL: Value = { help: 'Values of all charts of a release.', initial: {}, schema: { type: 'object' } };

function schemaOf(values: Values): Schema {
  const entries = Object.entries(values);
  return {
    type: 'object',
    additionalProperties: false,
    propertyNames: { enum: entries.map(([name]) => name).sort() },
    properties: Object.fromEntries(entries.map(([name, entry]) => [name, described(entry)])),
  };
}

function described(entry: Value | Section): Schema {
  return { description: entry.help, ...(isSection(entry) ? schemaOf(entry.values) : entry.schema) };
}

/** Returns a table of all values, for the README. */
export function valuesTable(values: Values): string {
  const rows = rowsOf(values, '').map(({ path, entry }) => {
    const initial = isSection(entry) ? '' : `\`${JSON.stringify(entry.initial)}\``;
    const name = isSection(entry) ? `**\`${path}\`**` : `\`${path}\``;
    return `| ${name} | ${initial} | ${entry.help} |`;
  });
  return ['| value | default | what |', '| --- | --- | --- |', ...rows].join('\n');
}

function rowsOf(values: Values, prefix: string): { path: string; entry: Value | Section }[] {
  return Object.entries(values).flatMap(([name, entry]) => {
    const path = `${prefix}${name}`;
    return [{ path, entry }, ...(isSection(entry) ? rowsOf(entry.values, `${path}.`) : [])];
  });
}
