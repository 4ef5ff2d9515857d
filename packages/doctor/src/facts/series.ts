/** Finds the names of our metrics, and of series recorded from them, in a query. */
export function seriesIn(query: string): string[] {
  const bare = query.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  return [...bare.matchAll(/(?<![\w:])(?:\w+:)?pmcp_\w+(?::\w+)?/g)].map(([name]) => name);
}
