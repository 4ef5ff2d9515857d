/**
 * The two major versions that operators run.
 * What we ship must work with both, wherever both have the feature.
 */
export type Generation = '2' | '3';

/**
 * Calls a function that requests a tool.
 * The variable is read during the call, so it is restored right afterwards.
 */
export function ofGeneration<T>(generation: Generation, ask: () => T): T {
  const { PMCP_TOOLS_PROMETHEUS: before = '' } = process.env;
  process.env.PMCP_TOOLS_PROMETHEUS = generation;
  try {
    return ask();
  } finally {
    process.env.PMCP_TOOLS_PROMETHEUS = before;
  }
}
