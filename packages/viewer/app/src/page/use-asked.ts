import { useEffect, useRef, useState } from 'react';

export interface Asked<T> {
  readonly data: T | undefined;
  readonly error: string | undefined;
  readonly loading: boolean;
}

/**
 * Asks when something that the question depends on changes, and gives up what nobody waits for any more. What was
 * there before stays until there is something new.
 *
 * @param ask undefined while it is too early to ask
 */
export function useAsked<T>(
  ask: ((signal: AbortSignal) => Promise<T>) | undefined,
  dependencies: readonly unknown[],
): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ data: undefined, error: undefined, loading: true });
  const round = useRound(dependencies);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the round is what whoever asks says that it depends on
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

/** Counts how often one of them was another than before. */
function useRound(dependencies: readonly unknown[]): number {
  const last = useRef({ dependencies, round: 0 });
  if (dependencies.some((value, index) => !Object.is(value, last.current.dependencies[index]))) {
    last.current = { dependencies, round: last.current.round + 1 };
  }
  return last.current.round;
}
