/**
 * Clients in a process of their own, for one process may have too few descriptors. It tells the parent who came, and
 * then, each time it is asked, how many are still connected: `node --import tsx crowd.ts '{"port":3000,"count":10000}'`.
 */
import type { From } from './wire.js';
import { crowd, HELLO, STREAM } from './wire.js';

export interface Coming extends From {
  readonly port: number;
  readonly count: number;
  /** How many of them open a stream. The others say hello, and are idle. */
  readonly streams?: number;
}

const { port, count, nth = 0, streams = 0, ...from }: Coming = JSON.parse(process.argv[2] ?? '{}');
const listening = await crowd(port, streams, STREAM, { ...from, nth });
const idle = await crowd(port, count - streams, HELLO, { ...from, nth: nth + streams });
const wires = [...listening.wires, ...idle.wires];
process.send?.({ answers: { ...listening.answers, ...idle.answers }, times: idle.times });
process.on('message', () => process.send?.(wires.filter((wire) => wire.open).length));
process.on('disconnect', () => {
  for (const wire of wires) wire.close();
  setImmediate(() => process.exit());
});
