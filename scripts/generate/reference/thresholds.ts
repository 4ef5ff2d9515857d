import { join } from 'node:path';
import type { Thresholds } from '../../../alerts/thresholds.js';
import { Source } from './source.js';

/** Returns what each threshold means, from its comment. */
export function thresholdTexts(): Readonly<Record<keyof Thresholds, string>> {
  const source = Source.of(join(import.meta.dirname, '../../../alerts/thresholds.ts'));
  const declared = source.declared('DEFAULT_THRESHOLDS');
  const list =
    declared?.node.type === 'VariableDeclaration' ? declared.node.declarations[0]?.init : undefined;
  const object = list?.type === 'TSAsExpression' ? list.expression : undefined;
  if (object?.type !== 'ObjectExpression') throw new Error('Expected DEFAULT_THRESHOLDS to be an object');
  const texts = object.properties.flatMap((property) =>
    property.type === 'Property' ? [[source.textOf(property.key), source.docBefore(property).text]] : [],
  );
  return Object.fromEntries(texts);
}
