import type { Span } from './trace.js';

/** How much time to show before and after the request, so that its context is visible. */
const AROUND_MS = 30 * 60_000;

export interface Counted {
  /** The series that counts the request. */
  readonly series: string;
  /** The address of the dashboard that shows its curve. */
  readonly href: string;
}

/** Finds the series that counts a tool call; undefined if no span has its method, tool and outcome. */
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
