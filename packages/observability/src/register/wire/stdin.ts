import { type Source, tap } from './incoming.js';

/**
 * Watches stdin before its reader gets the data, and reads nothing itself. Node creates this stream when it is first used, and
 * then changes the descriptor, which may be shared with another process. So the application must create it.
 *
 * @param came called with each chunk, and with undefined at the end
 * @returns a function that stops it
 */
export function tapStdin(came: (chunk: Uint8Array | undefined) => void): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(process, 'stdin');
  const original = descriptor?.get;
  if (original === undefined || descriptor?.configurable !== true) return () => {};
  let isOver = false;
  let isTapped = false;
  const get = () => {
    const stdin: unknown = original.call(process);
    if (!isTapped && !isOver) {
      isTapped = true;
      tap(stdin as Source, (chunk) => !isOver && came(chunk));
    }
    return stdin;
  };
  Object.defineProperty(process, 'stdin', { ...descriptor, get });
  return () => {
    isOver = true;
    if (Object.getOwnPropertyDescriptor(process, 'stdin')?.get === get)
      Object.defineProperty(process, 'stdin', descriptor);
  };
}
