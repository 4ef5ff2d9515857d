/** What every server of the table has: the same tools, a port, and the line where it is wired by one. */
const { WIRED, PORT } = process.env;

/** Bare, and where the register hook does it, nothing of ours is in the program. */
export const { observe } = WIRED === 'observe' ? await observing() : { observe: (server) => server };

/** Before the first client, as the README asks of a server for every request or session. */
async function observing() {
  const { createObservability } = await import('@pmcp/observability');
  const observability = createObservability({ connections: { idleTimeoutMs: 1_000 } });
  await observability.listen();
  return observability;
}

export const port = Number(PORT);
export const host = '127.0.0.1';

export const add = ({ a, b }) => `${a + b}`;
export const fail = () => {
  throw new Error('the shop is closed');
};
export const texts = (text) => ({ content: [{ type: 'text', text }] });
