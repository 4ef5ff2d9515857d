/** The results of one run of the suite: the verdicts of each check in their order, by scenario and check. */
export type Verdicts = ReadonlyMap<string, readonly string[]>;

/** How many exchanges ended, by HTTP method and status, as `POST 200`. */
export type Exchanges = ReadonlyMap<string, number>;

const NOTHING: readonly string[] = [];

/** Returns every check whose verdict differs from the one without the toolkit. */
export function differingVerdicts(bare: Verdicts, observed: Verdicts): string[] {
  return differences(bare, observed, NOTHING, String).map(
    ([check, before, now]) =>
      `${check}: bare ${before.join(', ') || 'absent'}, observed ${now.join(', ') || 'absent'}`,
  );
}

/** Returns every kind of exchange that was reported less or more often than it happened. */
export function differingExchanges(counted: Exchanges, reported: Exchanges): string[] {
  return differences(counted, reported, 0, String).map(
    ([exchange, happened, told]) => `${exchange}: happened ${happened} times, reported ${told} times`,
  );
}

function differences<Value>(
  expected: ReadonlyMap<string, Value>,
  actual: ReadonlyMap<string, Value>,
  absent: Value,
  identity: (value: Value) => string,
): [key: string, expected: Value, actual: Value][] {
  return [...new Set([...expected.keys(), ...actual.keys()])]
    .map((key): [string, Value, Value] => [key, expected.get(key) ?? absent, actual.get(key) ?? absent])
    .filter(([, before, now]) => identity(before) !== identity(now));
}

export const total = (exchanges: Exchanges) => [...exchanges.values()].reduce((sum, count) => sum + count, 0);

/** Returns how many verdicts of a run have this status. */
export const having = (verdicts: Verdicts, status: string) =>
  [...verdicts.values()].flat().filter((verdict) => verdict === status).length;
