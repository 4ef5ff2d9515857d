import type { Heard } from './hearing.js';
import { passing } from './passing.js';

type Reader = ReadableStreamDefaultReader<Uint8Array>;

const HEARING = Symbol('@pmcp/observability hearing');
const { prototype } = ReadableStream;

/**
 * Put over a stream as its prototype: it stays the same stream, and its readers are heard. That costs a small part of what a stream
 * around it does. What takes the bytes without a reader of its own gets them by way of such a stream after all.
 */
class HeardStream extends ReadableStream<Uint8Array> {
  declare private readonly [HEARING]: Heard;

  override getReader(...options: unknown[]): never {
    const reader = (super.getReader as (...options: unknown[]) => Reader).apply(this, options);
    return heard(reader, this[HEARING]) as never;
  }

  override async cancel(reason?: unknown): Promise<void> {
    // Who has no right to, because somebody reads, ends nothing.
    if (!this.locked) this[HEARING].left();
    return super.cancel(reason);
  }

  override pipeTo(...args: Parameters<ReadableStream<Uint8Array>['pipeTo']>): Promise<void> {
    return this.passing().pipeTo(...args);
  }

  override pipeThrough<T>(...args: Parameters<ReadableStream<Uint8Array>['pipeThrough']>): ReadableStream<T> {
    return this.passing().pipeThrough(...args) as ReadableStream<T>;
  }

  override tee(): [ReadableStream<Uint8Array>, ReadableStream<Uint8Array>] {
    return this.passing().tee();
  }

  override values(options?: { preventCancel?: boolean }): ReturnType<ReadableStream<Uint8Array>['values']> {
    return this.passing().values(options);
  }

  override [Symbol.asyncIterator](): ReturnType<ReadableStream<Uint8Array>['values']> {
    return this.values();
  }

  private passing(): ReadableStream<Uint8Array> {
    return passing(super.getReader(), this[HEARING]);
  }
}

/** @returns false for a stream with methods of its own, which is left alone */
export function hearStream(stream: ReadableStream<Uint8Array>, hearing: Heard): boolean {
  if (Object.getPrototypeOf(stream) !== prototype || !Object.isExtensible(stream)) return false;
  Object.defineProperty(stream, HEARING, { value: hearing });
  Object.setPrototypeOf(stream, HeardStream.prototype);
  hearing.of(stream);
  return true;
}

function heard(reader: Reader, hearing: Heard): Reader {
  const { read, cancel } = reader;
  reader.read = (...args) => {
    const result = read.apply(reader, args);
    // Beside the promise: whoever reads gets the one that it would have got.
    result.then(
      ({ done, value }) => (done ? hearing.over() : hearing.chunk(value)),
      () => hearing.over(),
    );
    return result;
  };
  reader.cancel = (reason) => {
    hearing.left();
    return cancel.call(reader, reason);
  };
  return reader;
}
