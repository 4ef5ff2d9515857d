/** The value of an attribute; OTLP knows no others. */
export type Value =
  | string
  | number
  | boolean
  | Buffer
  | null
  | readonly Value[]
  | { readonly [key: string]: Value };

export type Attributes = Readonly<Record<string, Value>>;

export interface WireValue {
  readonly value?:
    | 'stringValue'
    | 'boolValue'
    | 'intValue'
    | 'doubleValue'
    | 'bytesValue'
    | 'arrayValue'
    | 'kvlistValue';
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number;
  readonly bytesValue?: Buffer;
  readonly arrayValue?: { readonly values: readonly WireValue[] };
  readonly kvlistValue?: { readonly values: readonly WirePair[] };
}

export interface WirePair {
  readonly key: string;
  readonly value?: WireValue | null;
}

export function attributesOf(pairs: readonly WirePair[] = []): Attributes {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, toValue(value)]));
}

export function toValue(wire: WireValue | null | undefined): Value {
  if (!wire?.value) return null;
  if (wire.value === 'intValue') return Number(wire.intValue);
  if (wire.value === 'arrayValue') return wire.arrayValue?.values.map(toValue) ?? [];
  if (wire.value === 'kvlistValue') return attributesOf(wire.kvlistValue?.values);
  return wire[wire.value] ?? null;
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Ids that are absent come as no bytes. */
export const idOf = (bytes: Uint8Array): string | undefined => hex(bytes) || undefined;
