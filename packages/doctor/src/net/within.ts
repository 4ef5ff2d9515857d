/** Waits for what may never come. Returns undefined if it did not come in time. */
export async function within<T>(expected: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([expected, late]);
  } finally {
    clearTimeout(timer);
  }
}
