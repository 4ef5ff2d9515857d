import type { Heard } from './hearing.js';

/** Wraps a stream to watch it. It never reads further ahead than its own reader does. */
export function passing(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  hearing: Heard,
): ReadableStream<Uint8Array> {
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) {
            hearing.chunk(value);
            controller.enqueue(value);
            return;
          }
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        hearing.over();
      },
      cancel(reason) {
        hearing.left();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  hearing.of(stream);
  return stream;
}
