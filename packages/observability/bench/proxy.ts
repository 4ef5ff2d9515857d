/** Prints the results of the proxy's benchmarks as Markdown. */
import { httpCalls } from './proxy/http.js';
import { stdioThroughput } from './proxy/stdio.js';

for (const benchmark of [stdioThroughput, httpCalls]) process.stdout.write(`${await benchmark()}\n\n`);
process.exit();
