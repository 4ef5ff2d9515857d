/** How a property is defined, by the object itself or by one of its classes. */
export type Shape = PropertyDescriptor | undefined;

/** Cached for classes whose objects live for one request. A method is read again each time, since it may be replaced. */
const shapes = new WeakMap<object, Map<string, Shape>>();

export function inherited(target: object, key: string): Shape {
  const prototype = Reflect.getPrototypeOf(target);
  if (prototype === null) return undefined;
  let known = shapes.get(prototype);
  if (known === undefined) {
    known = new Map();
    shapes.set(prototype, known);
  }
  if (!known.has(key)) known.set(key, found(prototype, key));
  return known.get(key);
}

/** How a prototype, or a prototype of it, defines a property. */
export function found(prototype: object, key: string): Shape {
  for (let at: object | null = prototype; at !== null; at = Reflect.getPrototypeOf(at)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(at, key);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

export function isAccessor(shape: PropertyDescriptor): boolean {
  return shape.get !== undefined || shape.set !== undefined;
}
