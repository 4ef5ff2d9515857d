/** Both that operators run; what we ship has to please both wherever both know what it is about. */
export type Generation = '2' | '3';

/** Calls what asks for a tool. The setting is read at the call itself, so that it can go back at once. */
export function ofGeneration<T>(generation: Generation, ask: () => T): T {
  const { PMCP_TOOLS_PROMETHEUS: before = '' } = process.env;
  process.env.PMCP_TOOLS_PROMETHEUS = generation;
  try {
    return ask();
  } finally {
    process.env.PMCP_TOOLS_PROMETHEUS = before;
  }
}
