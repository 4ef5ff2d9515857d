import { inherited, isAccessor, type Shape } from './shape.js';
import {
  accessorOf,
  type Callable,
  type Layer,
  over,
  SLOTS,
  Slot,
  Slots,
  SlotsProperty,
  type Slotted,
  wrapped,
} from './slots.js';

/** The object does not allow its properties to be replaced. */
export class Unwatchable extends Error {
  constructor(
    readonly target: object,
    readonly key: string,
    readonly why: string,
  ) {
    super(`its ${key} ${why}`);
  }
}

/** A wrapped property, and its definition before that. */
class Done {
  constructor(
    readonly key: string,
    readonly own: Shape,
    readonly before: Done | undefined,
  ) {}
}

/** Creates the layer over a property. */
class Method implements PropertyDescriptor {
  readonly writable = true;
  readonly configurable = true;
  constructor(
    readonly value: Callable,
    readonly enumerable: boolean,
  ) {}
}

/**
 * Wraps properties of an object, all of them or none. It calls no getter, since a getter may be missing or have effects.
 * Calls and assignments pass through in the way that they would have taken.
 *
 * @throws Unwatchable
 */
export function intercept(target: object, layers: readonly Layer[]): void {
  let done: Done | undefined;
  try {
    for (const layer of layers) {
      const { key, kind } = layer;
      const own = Reflect.getOwnPropertyDescriptor(target, key);
      const shape = own ?? inherited(target, key);
      const isPut =
        kind === 'method' ? overMethod(target, own, shape, layer) : overCallback(target, own, shape, layer);
      if (isPut) done = new Done(key, own, done);
    }
  } catch (error) {
    for (; done !== undefined; done = done.before) restore(target, done.key, done.own);
    Reflect.deleteProperty(target, SLOTS);
    throw error;
  }
}

function define(target: object, key: string, own: Shape, descriptor: PropertyDescriptor): void {
  if (own === undefined && !Object.isExtensible(target))
    throw new Unwatchable(target, key, 'cannot be replaced, because the object takes no new properties');
  if (own?.configurable === false || !Reflect.defineProperty(target, key, descriptor))
    throw new Unwatchable(target, key, 'cannot be replaced');
}

function restore(target: object, key: string, own: Shape): void {
  if (own === undefined) Reflect.deleteProperty(target, key);
  else Reflect.defineProperty(target, key, own);
}

/** @returns whether the method exists */
function overMethod(target: object, own: Shape, shape: Shape, layer: Layer): boolean {
  if (shape === undefined) return false;
  const { key, wrap } = layer;
  if (isAccessor(shape)) {
    define(target, key, own, gotten(shape, layer));
    return true;
  }
  const object = target as Record<string, unknown>;
  const original = object[key];
  if (typeof original !== 'function') return false;
  define(target, key, own, new Method(wrap(original as Callable), shape.enumerable === true));
  return true;
}

/** A getter may return another function each time. */
function gotten({ get, set, enumerable = false }: PropertyDescriptor, { wrap }: Layer): PropertyDescriptor {
  let last: unknown;
  let over: Callable | undefined;
  const layer = function (this: unknown) {
    const original: unknown = get?.call(this);
    if (typeof original !== 'function') return original;
    if (original !== last) over = wrap(original as Callable);
    last = original;
    return over;
  };
  return { configurable: true, enumerable, ...(get && { get: layer }), ...(set && { set }) };
}

function overCallback(target: object, own: Shape, shape: Shape, layer: Layer): true {
  const { key } = layer;
  if (shape !== undefined && isAccessor(shape)) define(target, key, own, handedOn(target, shape, layer));
  else {
    if (shape?.writable === false) throw new Unwatchable(target, key, 'cannot be set');
    const slots = slotsOf(target, key);
    define(target, key, own, accessorOf(key));
    // A callback that was set before is still called, although we do not see it being set.
    slots[key] = new Slot(wrapped(shape?.value, layer), layer);
  }
  return true;
}

/** Passes values to the transport's own setter, and reads them through its own getter, if it has these. */
function handedOn(
  target: object,
  { get, set, enumerable = false }: PropertyDescriptor,
  layer: Layer,
): PropertyDescriptor {
  if (set === undefined) throw new Unwatchable(target, layer.key, 'cannot be set');
  const setter = function (this: unknown, original: unknown): void {
    set.call(this, over(original, layer));
  };
  return { configurable: true, enumerable, ...(get && { get }), set: setter };
}

function slotsOf(target: object, key: string): Slots {
  const known = (target as Slotted)[SLOTS];
  if (known !== undefined) return known;
  const slots = new Slots();
  if (!Reflect.defineProperty(target, SLOTS, new SlotsProperty(slots)))
    throw new Unwatchable(target, key, 'cannot be replaced, because the object takes no new properties');
  return slots;
}
