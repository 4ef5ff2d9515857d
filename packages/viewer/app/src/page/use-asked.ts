import { useEffect, useRef, useState } from 'react';

export interface Asked<T> {
  readonly data: T | undefined;
  readonly error: string | undefined;
  readonly loading: boolean;
}

/**
 * Asks again when a dependency changes, and aborts the earlier request. The earlier data stays until new data
 * arrives.
 *
 * @param ask undefined while it is too early to ask
 */
export function useAsked<T>(
  ask: ((signal: AbortSignal) => Promise<T>) | undefined,
  dependencies: readonly unknown[],
): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ data: undefined, error: undefined, loading: true });
  const round = useRound(dependencies);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the round stands for the dependencies that the caller names
  useEffect(() => {
    if (!ask) return undefined;
    const controller = new AbortController();
    setAsked(({ data, error }) => ({ data, error, loading: true }));
    ask(controller.signal).then(
      (data) => {
        if (!controller.signal.aborted) setAsked({ data, error: undefined, loading: false });
      },
      (error: Error) => {
        if (!controller.signal.aborted)
          setAsked(({ data }) => ({ data, error: error.message, loading: false }));
      },
    );
    return () => controller.abort();
  }, [round]);
  return asked;
}

/** Counts how often any of the dependencies changed. */
function useRound(dependencies: readonly unknown[]): number {
  const last = useRef({ dependencies, round: 0 });
  if (dependencies.some((value, index) => !Object.is(value, last.current.dependencies[index]))) {
    last.current = { dependencies, round: last.current.round + 1 };
  }
  return last.current.round;
}
