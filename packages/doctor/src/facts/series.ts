/** The names of our metrics and of what rules record of them, in a query. */
export function seriesIn(query: string): string[] {
  const bare = query.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  return [...bare.matchAll(/(?<![\w:])(?:\w+:)?pmcp_\w+(?::\w+)?/g)].map(([name]) => name);
}
