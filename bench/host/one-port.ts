/**
 * One port that several processes listen on, because one process has too few descriptors for all its connections. It
 * is no MCP server: what is counted are the ports of the other side. `node --import tsx one-port.ts 3`.
 */
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { freePort } from '../../scripts/free-port.js';

if (cluster.isPrimary) {
  const port = await freePort();
  // Each process takes connections by itself, so that the first one holds none.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const workers = Array.from({ length: Number(process.argv[2]) }, () => cluster.fork({ ONE_PORT: port }));
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('listening', resolve))));
  process.send?.({ port });
} else {
  const http = createServer((_, response) => response.writeHead(404).end());
  http.keepAliveTimeout = 3_600_000;
  http.listen({ port: Number(process.env.ONE_PORT), host: '127.0.0.1', backlog: 4_096 });
}
process.on('disconnect', () => process.exit());
