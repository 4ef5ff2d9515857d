import { type Source, tap } from './incoming.js';

/**
 * Sees what comes in on stdin before it is handed to whoever reads, and reads nothing itself. Node makes that stream when it is asked
 * for first, and changes the descriptor then, which may belong to another process too: so that is left to the application.
 *
 * @param came called with each chunk, and undefined at the end
 * @returns what ends it
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
