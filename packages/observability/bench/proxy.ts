/** Prints the proxy's benchmarks as Markdown. */
import { stdioThroughput } from './proxy/stdio.js';

for (const benchmark of [stdioThroughput]) process.stdout.write(`${await benchmark()}\n\n`);
