import type { Heard } from './hearing.js';
import { passing } from './passing.js';

type Reader = ReadableStreamDefaultReader<Uint8Array>;

const HEARING = Symbol('@pmcp/observability hearing');
const { prototype } = ReadableStream;

/**
 * A prototype for a stream that watches what its readers read. The stream stays the same object, and this costs much less
 * than a second stream around it. A consumer that takes the bytes without a reader gets them through a second stream.
 */
class HeardStream extends ReadableStream<Uint8Array> {
  declare private readonly [HEARING]: Heard;

  override getReader(...options: unknown[]): never {
    const reader = (super.getReader as (...options: unknown[]) => Reader).apply(this, options);
    return heard(reader, this[HEARING]) as never;
  }

  override async cancel(reason?: unknown): Promise<void> {
    // A locked stream can't be cancelled, so this ends nothing.
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

/** @returns false for a stream with methods of its own, which is not watched */
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
    // We only listen to the promise. The reader gets the original one.
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
