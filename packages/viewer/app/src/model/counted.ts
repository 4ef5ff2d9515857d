import type { Span } from './trace.js';

/** Before and after the request, so that its place in the course of things is seen. */
const AROUND_MS = 30 * 60_000;

export interface Counted {
  /** The series that the request added one to. */
  readonly series: string;
  /** Where its curve is. */
  readonly href: string;
}

/** Where a call of a tool is in the metrics; undefined where its spans do not say what it was. */
export function countedIn(spans: readonly Span[]): Counted | undefined {
  for (const { attributes, startMs } of spans) {
    const [method, name, outcome] = ['mcp.method.name', 'gen_ai.tool.name', 'pmcp.outcome'].map(
      (key) => attributes[key],
    );
    if (typeof method !== 'string' || typeof name !== 'string' || typeof outcome !== 'string') continue;
    const parameters = new URLSearchParams({
      'var-tool': name,
      from: String(Math.round(startMs - AROUND_MS)),
      to: String(Math.round(startMs + AROUND_MS)),
    });
    return {
      series: `pmcp_requests_total{method="${method}", name="${name}", outcome="${outcome}"}`,
      href: `/d/pmcp-tools?${parameters}`,
    };
  }
  return undefined;
}
