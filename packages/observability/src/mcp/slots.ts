/** Any function. */
export type Callable = (this: unknown, ...args: never[]) => unknown;

/** Wraps a function. Called for each function that the property ever holds. */
export type Wrap = (original: Callable) => Callable;

/**
 * A layer over a property that holds a function. A method is called from outside, and may be missing. A callback is set from
 * outside, and is called by its owner.
 *
 * Everything that is created for each transport is an instance of a class. V8 moves object literals to the old generation
 * once many of them survived a collection. They would then keep their transports in memory until a full collection.
 */
export class Layer {
  constructor(
    readonly key: string,
    readonly kind: 'method' | 'callback',
    readonly wrap: Wrap,
    /** Called with each value that is set. For callbacks only. */
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

/** The present value of a property, and the layer over it. */
export class Slot {
  constructor(
    public held: unknown,
    readonly layer: Layer,
  ) {}
}

/** The present values of one object's properties, whose layers are shared by many objects. */
export const SLOTS = Symbol('@pmcp/observability slots');
export class Slots {
  [key: string]: Slot;
}
export class SlotsProperty implements PropertyDescriptor {
  readonly configurable = true;
  constructor(readonly value: Slots) {}
}
export type Slotted = { [SLOTS]?: Slots };

/** Shared by all objects, so that engines keep the objects of a class in one shape, which is ten times faster. */
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
