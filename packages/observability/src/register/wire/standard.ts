type Name = 'stdin' | 'stdout';

/**
 * Calls back with a standard stream once the application uses it. Node creates these streams when they are first used, and then
 * changes their descriptors, which may be shared with another process. So the application must create them.
 *
 * @returns a function that stops waiting
 */
export function whenUsed(name: Name, used: (stream: unknown) => void): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(process, name);
  const original = descriptor?.get;
  if (original === undefined || descriptor?.configurable !== true) return () => {};
  let isUsed = false;
  const get = () => {
    const stream: unknown = original.call(process);
    if (!isUsed) {
      isUsed = true;
      used(stream);
    }
    return stream;
  };
  Object.defineProperty(process, name, { ...descriptor, get });
  return () => {
    isUsed = true;
    if (Object.getOwnPropertyDescriptor(process, name)?.get === get)
      Object.defineProperty(process, name, descriptor);
  };
}
