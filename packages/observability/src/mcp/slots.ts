/** A function of which nothing is known, but that it can be called. */
export type Callable = (this: unknown, ...args: never[]) => unknown;

/** Puts something over a function; called for each one that the property ever holds. */
export type Wrap = (original: Callable) => Callable;

/**
 * A layer over a property that holds a function. A method is called by others, and may be missing; a callback is set
 * by others, and is called by its owner.
 *
 * All that is made for each transport is an object of a class, here and below: V8 takes literals for long-lived once many
 * have lived through a collection, and then keeps the transports that they lead to until a full one.
 */
export class Layer {
  constructor(
    readonly key: string,
    readonly kind: 'method' | 'callback',
    readonly wrap: Wrap,
    /** Hears of what is set, whatever it is; of callbacks only. */
    readonly onSet?: () => void,
  ) {}
}

export function over(original: unknown, layer: Layer): unknown {
  layer.onSet?.();
  return wrapped(original, layer);
}

export function wrapped(original: unknown, { wrap }: Layer): unknown {
  return typeof original === 'function' ? wrap(original as Callable) : original;
}

/** What a property of an object holds, and the layer over it. */
export class Slot {
  constructor(
    public held: unknown,
    readonly layer: Layer,
  ) {}
}

/** What the properties of one object hold, where the layers over them are those of many. */
export const SLOTS = Symbol('@pmcp/observability slots');
export class Slots {
  [key: string]: Slot;
}
export class SlotsProperty implements PropertyDescriptor {
  readonly configurable = true;
  constructor(readonly value: Slots) {}
}
export type Slotted = { [SLOTS]?: Slots };

/** The same for all objects: engines then keep those of one class alike, which is faster by an order of magnitude. */
const accessors = new Map<string, PropertyDescriptor>();

export function accessorOf(key: string): PropertyDescriptor {
  let accessor = accessors.get(key);
  if (accessor === undefined) {
    accessor = {
      configurable: true,
      enumerable: true,
      get(this: Slotted) {
        return this[SLOTS]?.[key]?.held;
      },
      set(this: Slotted, original: unknown) {
        const slot = this[SLOTS]?.[key];
        if (slot !== undefined) slot.held = over(original, slot.layer);
      },
    };
    accessors.set(key, accessor);
  }
  return accessor;
}
