import type { IncomingMessage } from 'node:http';

/** Hundreds of requests with all their spans take a few megabytes. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Reads an answer as text. Rejects if it is longer than any answer that the viewer expects. */
export async function whole(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`expected an answer of at most ${MAX_BYTES} bytes, got more`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
