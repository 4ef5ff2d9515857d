import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { Bytes } from './bytes.js';
import { writeAttributes } from './encode-attributes.js';

/** The instrumentation scope of spans and log records. */
export interface Scope {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string;
}

/**
 * Returns a request with spans or log records of one resource and scope. Their messages have the same fields around them.
 *
 * @param write writes each of them as the field 2
 * @param size how many bytes they take, if that is known
 */
export function wrapped(
  resource: Resource,
  scope: Scope,
  write: (to: Bytes) => void,
  size?: number,
): Uint8Array {
  const bytes = size === undefined ? new Bytes() : new Bytes(size + 4_096);
  bytes.byte(0x0a);
  const ofResource = bytes.open();
  bytes.byte(0x0a);
  const described = bytes.open();
  writeAttributes(bytes, 1, resource.attributes as Attributes);
  // No attribute is lost.
  bytes.byte(0x10);
  bytes.byte(0);
  bytes.close(described);
  bytes.byte(0x12);
  const ofScope = bytes.open();
  bytes.byte(0x0a);
  const named = bytes.open();
  bytes.byte(0x0a);
  bytes.text(scope.name);
  bytes.byte(0x12);
  bytes.text(scope.version);
  bytes.close(named);
  write(bytes);
  bytes.byte(0x1a);
  bytes.text(scope.schemaUrl);
  bytes.close(ofScope);
  bytes.close(ofResource);
  return bytes.taken();
}
