/** What all servers of the table share: the same tools, a port, and the line of code if they are wired by one. */
const { WIRED, PORT } = process.env;

/** A bare program, and one with the register hook, contain no code of ours. */
export const { observe } = WIRED === 'observe' ? await observing() : { observe: (server) => server };

/** Called before the first client, as the README requires for a server per request or session. */
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
