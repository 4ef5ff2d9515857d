import { hearClones } from './heard-clones.js';
import { hearStream } from './heard-stream.js';
import type { Hearing } from './hearing.js';
import { passing } from './passing.js';

/** Some runtimes read bodies natively, without calling the methods of their streams. Node calls only these methods. */
const READS_BY_METHODS =
  typeof process === 'object' &&
  process.release?.name === 'node' &&
  !('bun' in process.versions) &&
  !('Deno' in globalThis);

/**
 * @param isReadByMethods whether the body is read by calling its methods
 * @returns the answer to pass on: the same object if possible
 */
export function hearBody(
  answer: Response,
  body: ReadableStream<Uint8Array>,
  hearing: Hearing,
  isReadByMethods = READS_BY_METHODS,
): Response {
  if (isReadByMethods && hearStream(body, hearing)) {
    hearClones(answer, hearing);
    return answer;
  }
  return new Response(passing(body.getReader(), hearing), answer);
}
