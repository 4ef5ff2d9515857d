import { types } from 'node:util';
import { found, isAccessor } from './shape.js';
import { type Callable, type Layer, over, SLOTS, Slot, Slots, type Slotted } from './slots.js';

/** Where the objects of a class have the properties to wrap. */
class Outline {
  constructor(
    /** The methods that the class defines. */
    readonly methods: ReadonlySet<string>,
    /** Callbacks that are accessors of the class, and the accessors that replace them for all objects. */
    readonly accessors: ReadonlyMap<string, PropertyDescriptor>,
    /** The other callbacks, which are fields of each object. */
    readonly fields: readonly string[],
  ) {}
}

/** By prototype. Null if the objects of a class differ, or if their callbacks are called in ways that we can't see. */
const outlines = new WeakMap<object, Outline | null>();

type Target = Slotted & Record<string, unknown>;

/**
 * Wraps properties of an object by assignment, which costs a tenth of defining them: engines then keep the objects of a
 * class in one shape. The assignment of a field can't be seen, so a callback is wrapped just before a method may call it.
 *
 * @returns false if this is not possible; the object is unchanged then
 */
export function overlay(object: object, layers: readonly Layer[]): boolean {
  const outline = outlineOf(object, layers);
  if (outline === null || !fits(object, layers, outline)) return false;
  const target = object as Target;
  const slots = new Slots();
  target[SLOTS] = slots;
  const { methods, accessors, fields } = outline;
  for (const layer of layers) {
    const { key } = layer;
    if (layer.kind === 'callback') {
      slots[key] = new Slot(undefined, layer);
      const accessor = accessors.get(key);
      if (accessor !== undefined) Reflect.defineProperty(target, key, accessor);
    } else if (methods.has(key)) {
      const held = layer.wrap(target[key] as Callable);
      target[key] = fields.length > 0 ? wearing(target, slots, fields, held) : held;
    }
  }
  wear(target, slots, fields);
  return true;
}

function outlineOf(object: object, layers: readonly Layer[]): Outline | null {
  const prototype = Reflect.getPrototypeOf(object);
  if (prototype === null || prototype === Object.prototype || types.isProxy(object)) return null;
  const known = outlines.get(prototype);
  if (known !== undefined) return known;
  const outline = outlined(prototype, layers);
  outlines.set(prototype, outline);
  return outline;
}

function outlined(prototype: object, layers: readonly Layer[]): Outline | null {
  const methods = new Set<string>();
  const accessors = new Map<string, PropertyDescriptor>();
  const fields: string[] = [];
  for (const { key, kind } of layers) {
    const shape = found(prototype, key);
    if (kind === 'callback') {
      if (shape === undefined) fields.push(key);
      else if (shape.set === undefined) return null;
      else accessors.set(key, handingOn(key, shape));
    } else if (shape !== undefined) {
      if (isAccessor(shape) || shape.writable !== true) return null;
      if (typeof shape.value === 'function') methods.add(key);
    }
  }
  return fields.length > 0 && !callsByMethod(methods) ? null : new Outline(methods, accessors, fields);
}

/** SDK v2's transport for one exchange calls back from `handleMessage`; other transports when a socket or pipe has data. */
function callsByMethod(methods: ReadonlySet<string>): boolean {
  return methods.has('handleMessage') && !methods.has('handleRequest') && !methods.has('handlePostMessage');
}

/** Whether an object has no own properties besides the fields of its class. */
function fits(object: object, layers: readonly Layer[], { accessors }: Outline): boolean {
  if (!Object.isExtensible(object)) return false;
  for (const { key, kind } of layers) {
    const isField = kind === 'callback' && !accessors.has(key);
    if (isField ? !isAssignable(object, key) : Object.hasOwn(object, key)) return false;
  }
  return !Object.hasOwn(object, SLOTS);
}

function isAssignable(object: object, key: string): boolean {
  const own = Reflect.getOwnPropertyDescriptor(object, key);
  return own === undefined || own.writable === true;
}

/** Passes values to the setter of the class, and reads them through its getter, if it has these. */
function handingOn(key: string, { get, set, enumerable = false }: PropertyDescriptor): PropertyDescriptor {
  const setter = function (this: Slotted, original: unknown): void {
    const layer = this[SLOTS]?.[key]?.layer;
    set?.call(this, layer === undefined ? original : over(original, layer));
  };
  return { configurable: true, enumerable, ...(get && { get }), set: setter };
}

function wearing(target: Target, slots: Slots, fields: readonly string[], held: Callable): Callable {
  return function (this: unknown, ...args) {
    wear(target, slots, fields);
    return held.apply(this, args);
  };
}

function wear(target: Target, slots: Slots, fields: readonly string[]): void {
  for (const key of fields) {
    const slot = slots[key];
    const held = target[key];
    if (slot === undefined || held === slot.held) continue;
    slot.held = over(held, slot.layer);
    try {
      target[key] = slot.held;
    } catch {
      // The object was frozen in the meantime, and stays as it is.
    }
  }
}
