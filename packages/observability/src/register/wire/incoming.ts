type Push = (this: unknown, chunk: unknown, ...rest: unknown[]) => boolean;

export interface Source {
  push: Push;
}

/** Watches what a stream receives from its source, however it is read. */
export function tap(stream: Source, came: (chunk: Uint8Array | undefined) => void): void {
  const { push } = stream;
  // Before the original, since a reader may answer before it returns.
  stream.push = function tapped(chunk, ...rest) {
    if (chunk === null) came(undefined);
    else if (chunk instanceof Uint8Array) came(chunk);
    return push.call(this, chunk, ...rest);
  };
}
