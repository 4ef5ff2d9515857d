/** The parts that we use of what `createMcpHandler` of SDK v2 returns. */
export interface McpHandler {
  fetch(request: Request, ...rest: unknown[]): Promise<Response>;
  close(): Promise<void>;
}

const OBSERVED = Symbol.for('@pmcp/observability.observed');

export function isMcpHandler(value: unknown): value is McpHandler {
  const { fetch, close, notify, bus } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof fetch === 'function' && typeof close === 'function' && (notify !== undefined || bus !== undefined)
  );
}

/** Marks a handler as observed. @returns false if it was marked before */
export function markHandler(handler: McpHandler): boolean {
  if (Object.hasOwn(handler, OBSERVED)) return false;
  Object.defineProperty(handler, OBSERVED, { value: true });
  return true;
}
