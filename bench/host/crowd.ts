/** Clients in a process of their own, for one process may have too few descriptors: `node --import tsx crowd.ts 3000 10000 5000`. */
import { crowd, HELLO, STREAM } from './wire.js';

const [port = 0, idle = 0, streams = 0] = process.argv.slice(2).map(Number);
const quiet = await crowd(port, idle, HELLO);
const listening = await crowd(port, streams, STREAM, idle);
process.send?.({ idle: quiet.answers['404'] ?? 0, streams: listening.answers['200'] ?? 0 });
process.on('disconnect', () => process.exit());
