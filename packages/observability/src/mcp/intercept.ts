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

/** An object that does not let its properties be replaced. */
export class Unwatchable extends Error {
  constructor(
    readonly target: object,
    readonly key: string,
    readonly why: string,
  ) {
    super(`its ${key} ${why}`);
  }
}

/** A property that a layer was put over, and the one before it. */
class Done {
  constructor(
    readonly key: string,
    readonly own: Shape,
    readonly before: Done | undefined,
  ) {}
}

/** How a property becomes a method. */
class Method implements PropertyDescriptor {
  readonly writable = true;
  readonly configurable = true;
  constructor(
    readonly value: Callable,
    readonly enumerable: boolean,
  ) {}
}

/**
 * Puts layers over the properties of an object, all of them or none. No getter is called for that, since it may be
 * missing, or do something: what is called or set passes through, by the way that it would have gone.
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
    throw new Unwatchable(target, key, 'can not be replaced, because the object takes no new properties');
  if (own?.configurable === false || !Reflect.defineProperty(target, key, descriptor))
    throw new Unwatchable(target, key, 'can not be replaced');
}

function restore(target: object, key: string, own: Shape): void {
  if (own === undefined) Reflect.deleteProperty(target, key);
  else Reflect.defineProperty(target, key, own);
}

/** @returns whether there is a method */
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

/** What a getter gives may be another function each time. */
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
    if (shape?.writable === false) throw new Unwatchable(target, key, 'can not be set');
    const slots = slotsOf(target, key);
    define(target, key, own, accessorOf(key));
    // One that was set before is not read as if it were set now, but is called all the same.
    slots[key] = new Slot(wrapped(shape?.value, layer), layer);
  }
  return true;
}

/** What a transport's own setter takes is handed on to it, and read by its own getter, if it has one. */
function handedOn(
  target: object,
  { get, set, enumerable = false }: PropertyDescriptor,
  layer: Layer,
): PropertyDescriptor {
  if (set === undefined) throw new Unwatchable(target, layer.key, 'can not be set');
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
    throw new Unwatchable(target, key, 'can not be replaced, because the object takes no new properties');
  return slots;
}
