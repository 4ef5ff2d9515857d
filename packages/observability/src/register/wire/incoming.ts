type Push = (this: unknown, chunk: unknown, ...rest: unknown[]) => boolean;

export interface Source {
  push: Push;
}

/** Sees what a stream gets from its source, whoever reads it in whatever way. */
export function tap(stream: Source, came: (chunk: Uint8Array | undefined) => void): void {
  const { push } = stream;
  // First: who reads may answer before it returns.
  stream.push = function tapped(chunk, ...rest) {
    if (chunk === null) came(undefined);
    else if (chunk instanceof Uint8Array) came(chunk);
    return push.call(this, chunk, ...rest);
  };
}
