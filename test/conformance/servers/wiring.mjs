/** How this process is observed: `server` or `handler` is given to `observe()`, or neither. */
const wiring = process.env.WIRING;
const same = (it) => it;

async function toolkit() {
  const { createObservability } = await import('@pmcp/observability');
  const { observe, listen } = createObservability();
  await listen();
  return observe;
}

const observe = wiring === undefined ? same : await toolkit();

export const observeServer = wiring === 'server' ? observe : same;
export const observeHandler = wiring === 'handler' ? observe : same;

/** Listens, and sends the port of the endpoint to the parent. */
export function announce(http) {
  http.listen(0, '127.0.0.1', () => process.send({ mcp: http.address().port }));
}
