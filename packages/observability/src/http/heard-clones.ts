import { hearStream } from './heard-stream.js';
import { type Heard, shared } from './hearing.js';

let isByTee: boolean | undefined;

/**
 * Hears what is read of an answer after `clone()`. Since Node 26, `clone()` splits the body without the method `tee` of its stream, and
 * gives the answer another body.
 */
export function hearClones(answer: Response, hearing: Heard): void {
  isByTee ??= clonesByTee();
  if (isByTee || !Object.isExtensible(answer)) return;
  const { clone } = answer;
  let current = hearing;
  const heardClone = (): Response => {
    const copy = clone.call(answer);
    const [one, other] = shared(current);
    current = one;
    if (answer.body !== null) hearStream(answer.body, one);
    if (copy.body !== null) hearStream(copy.body, other);
    hearClones(copy, other);
    return copy;
  };
  Object.defineProperty(answer, 'clone', { value: heardClone, configurable: true, writable: true });
}

function clonesByTee(): boolean {
  let isCalled = false;
  const probe = new Response('');
  const tee = (): ReturnType<ReadableStream['tee']> => {
    isCalled = true;
    return ReadableStream.prototype.tee.call(probe.body);
  };
  Object.defineProperty(probe.body, 'tee', { value: tee });
  probe.clone();
  return isCalled;
}
