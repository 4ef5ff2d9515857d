import { type Source, tap } from './incoming.js';
import { whenUsed } from './standard.js';

/**
 * Watches stdin before its reader gets the data, and reads nothing itself.
 *
 * @param came called with each chunk, and with undefined at the end
 * @returns a function that stops it
 */
export function tapStdin(came: (chunk: Uint8Array | undefined) => void): () => void {
  let isOver = false;
  const end = whenUsed('stdin', (stdin) => tap(stdin as Source, (chunk) => !isOver && came(chunk)));
  return () => {
    isOver = true;
    end();
  };
}
